-- One row per column that a run added to a staging table for a new field of the source.
create table added_columns (
    -- The staging table that has the column.
    staging_table varchar(64) not null,
    -- Name of the column: the field's name in lower case.
    column_name varchar(127) not null,
    -- The field of the source's records that it holds, as text.
    key_name varchar(1024) not null,
    -- The run that added it.
    run_id varchar(64) not null,
    -- When it was added.
    added_at timestamp default sysdate
)
diststyle auto
