-- One row per schema change found in the files of a batch, such as a new or missing field.
create table source_findings (
    -- The run that found it.
    run_id varchar(64) not null,
    -- The staging table that the files are for.
    staging_table varchar(64) not null,
    -- The field, as path.to.field if it is nested.
    key_name varchar(1024) not null,
    -- The change: new field, missing field, retyped field, new column, or not profiled.
    finding varchar(32) not null,
    -- The types of the values, or why the files could not be read.
    detail varchar(1024) not null,
    -- Number of profiled records with the change.
    objects bigint not null,
    -- The first file with the change: an absolute path, or s3://bucket/key.
    first_file varchar(4096) not null,
    -- When the load of the batch began, in UTC; if the change failed the run, when it was recorded.
    found_at timestamp default sysdate
)
diststyle auto
sortkey (found_at)
