-- One row per column that a run added to a staging table.
create table added_columns (
    staging_table varchar(64) not null,
    column_name varchar(127) not null,
    key_name varchar(1024) not null,
    run_id varchar(64) not null,
    added_at timestamp default sysdate
)
diststyle auto
