-- One row per table and view of the schema we work in.
select table_name
from information_schema.tables
where table_schema = current_schema()
