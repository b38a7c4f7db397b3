-- One row per key of which a batch's files were seen to break the contract of the source.
create table source_findings (
    -- The run that found it.
    run_id varchar(64) not null,
    -- The staging table that the files are for.
    staging_table varchar(64) not null,
    -- The key, with those above it before a dot where it lies deeper.
    key_name varchar(1024) not null,
    -- new field, missing field, retyped field, new column, or not profiled.
    finding varchar(32) not null,
    -- What there is to add: the types of the values, or why the files could not be read.
    detail varchar(1024) not null,
    -- In how many of the objects that were looked at.
    objects bigint not null,
    -- The first file of those: an absolute path, or s3://bucket/key.
    first_file varchar(4096) not null,
    -- Moment at which the batch began; in a run that failed for it, at which that was noted.
    found_at timestamp default sysdate
)
diststyle auto
sortkey (found_at)
