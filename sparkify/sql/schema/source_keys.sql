-- One row per key that is read of the source, and type of JSON that its values were seen to have.
-- A type that is not here yet is a change, which is found once; see source_findings.
create table source_keys (
    -- The staging table that the key is read for.
    staging_table varchar(64) not null,
    -- The key, with those above it before a dot where it lies deeper.
    key_name varchar(1024) not null,
    -- text, number, boolean, object or array.
    json_type varchar(16) not null,
    -- The file in which the type was seen first: an absolute path, or s3://bucket/key.
    first_file varchar(4096) not null,
    -- The run that saw it first.
    run_id varchar(64) not null,
    -- Moment at which the batch began in which it was seen first.
    loaded_at timestamp default sysdate
)
diststyle auto
