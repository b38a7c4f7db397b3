-- One row per field that is read from the source, and JSON type that its values have had.
-- A type that is not here yet is a schema change, reported once; see source_findings.
create table source_keys (
    -- The staging table that the field is read for.
    staging_table varchar(64) not null,
    -- The field, as path.to.field if it is nested.
    key_name varchar(1024) not null,
    -- text, number, boolean, object or array.
    json_type varchar(16) not null,
    -- The first file with the type: an absolute path, or s3://bucket/key.
    first_file varchar(4096) not null,
    -- The run that found it first.
    run_id varchar(64) not null,
    -- When the load of the batch with that file began, in UTC.
    loaded_at timestamp default sysdate
)
diststyle auto
