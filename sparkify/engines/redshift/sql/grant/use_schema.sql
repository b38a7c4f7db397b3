-- No row: the role analysts may look into the schema.
grant usage on schema :schema to role analysts
