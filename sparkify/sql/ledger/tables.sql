-- One row per table and view of the schema we work in, but for those of this session alone, which
-- DuckDB puts among them.
select table_name
from information_schema.tables
where table_schema = current_schema() and table_type != 'LOCAL TEMPORARY'
