-- One row per column of the tables and views of the current schema, in order.
select
    table_name,
    column_name,
    lower(data_type) as data_type,
    ordinal_position

from information_schema.columns

where table_schema = current_schema()

order by
    1,
    4
