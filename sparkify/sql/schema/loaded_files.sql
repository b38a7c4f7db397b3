-- One row per loaded version of a source file, each as often as it was loaded: the ledger.
-- Each of the objects (records) in a file is staged, or is rejected and in load_errors. The latest
-- version of a file is the one in the batch with the highest number: see the view file_versions.
create table loaded_files (
    -- The file: an absolute path, or s3://bucket/key.
    uri varchar(4096) not null,
    -- Etag of the loaded version: S3's, or modification time and size of a local file.
    etag varchar(256) not null,
    -- Etag with which its content was found again, in a file that was only touched or copied again;
    -- null if it was not.
    touched_etag varchar(256),
    -- Size of the file at the source, compressed or not.
    bytes bigint not null,
    -- Hash of the file's bytes: XXH3 of 128 bits, in hexadecimal digits; null for files that COPY
    -- read in place, and for those that earlier versions loaded.
    content_hash varchar(32),
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
