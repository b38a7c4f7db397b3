-- One row: the current schema.
select current_schema() as schema_name
