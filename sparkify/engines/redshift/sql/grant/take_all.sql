-- No row: the role analysts may do nothing with the tables and views of the schema.
revoke all on all tables in schema :schema from role analysts
