-- One row per table and view of the current schema, without DuckDB's temporary tables.
select table_name
from information_schema.tables
where table_schema = current_schema() and table_type != 'LOCAL TEMPORARY'
