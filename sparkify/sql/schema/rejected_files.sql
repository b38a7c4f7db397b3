-- One row per version of a source file that was rejected whole, at each time.
-- It is loaded once it changes, or by quarantine retry.
create table rejected_files (
    -- The file: an absolute path, or s3://bucket/key.
    uri varchar(4096) not null,
    -- Version of the content, as in loaded_files.
    etag varchar(256) not null,
    -- Size of the file at the source, compressed or not.
    bytes bigint not null,
    -- The staging table that its records were meant for.
    staging_table varchar(64) not null,
    -- Why it was rejected: one of a few phrases that can be counted.
    reason varchar(256) not null,
    -- What happened, in a sentence. Personal: direct.
    message varchar(4096) not null,
    -- What to do.
    hint varchar(1024) not null,
    -- The run that rejected it.
    run_id varchar(64) not null,
    -- When its batch was loaded without it, in UTC.
    rejected_at timestamp default sysdate
)
diststyle auto
sortkey (rejected_at)
