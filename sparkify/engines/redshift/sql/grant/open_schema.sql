-- No row: the owner of the tables may create them in the schema.
grant create, usage on schema :schema to :owner_name
