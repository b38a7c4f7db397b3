-- One row: who owns the warehouse's tables in the schema :schema, and so loads them.
select tableowner as owner_name
from pg_tables
where
    schemaname = :schema
    and tablename = 'songplays'
