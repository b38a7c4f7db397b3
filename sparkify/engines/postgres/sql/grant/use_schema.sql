-- No row: the role analysts may use the schema.
grant usage on schema :schema to analysts
