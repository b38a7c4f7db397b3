-- One row per column that was added to a staging table for a key of which none was filled before.
create table added_columns (
    -- The staging table that has the column.
    staging_table varchar(64) not null,
    -- Name of the column: the key in lower case.
    column_name varchar(127) not null,
    -- The key of the source's objects that it holds, as text.
    key_name varchar(1024) not null,
    -- The run that added it.
    run_id varchar(64) not null,
    -- When it was added.
    added_at timestamp default sysdate
)
diststyle auto
