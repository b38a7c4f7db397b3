-- One row: the schema that we work in.
select current_schema() as schema_name
