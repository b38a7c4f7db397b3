-- One row per version of a source file that is loaded: the ledger.
-- Each of the objects (records) in a file is staged, or is rejected and in load_errors.
create table loaded_files (
    -- The file: an absolute path, or s3://bucket/key.
    uri varchar(4096) not null,
    -- Version of the content: S3's etag, or modification time and size of a local file.
    etag varchar(256) not null,
    -- Size of the file at the source, compressed or not.
    bytes bigint not null,
    -- The staging table that its records were loaded into.
    staging_table varchar(64) not null,
    -- Number of records in the file; null for files that earlier versions loaded.
    objects bigint,
    -- Number of its records that were rejected and are in load_errors; null where objects is.
    refused bigint,
    -- The run that loaded it; null for files that earlier versions loaded.
    run_id varchar(64),
    -- When the load of its batch began, in UTC, as in the rows of the batch.
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
