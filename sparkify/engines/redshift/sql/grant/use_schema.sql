-- No row: the group analysts may look into the schema.
grant usage on schema :schema to group analysts
