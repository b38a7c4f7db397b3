-- One row per key that a table of the schema we work in declares, those first that need another.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html, on DROP CONSTRAINT
select
    table_name,
    constraint_name,
    constraint_type

from information_schema.table_constraints

where
    table_schema = current_schema()
    and constraint_type in ('FOREIGN KEY', 'PRIMARY KEY', 'UNIQUE')

order by 3, 1, 2
