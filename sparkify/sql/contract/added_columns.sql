-- One row per column that was added to a staging table.
select
    staging_table,
    column_name,
    key_name,
    run_id

from added_columns

order by 1, 2
