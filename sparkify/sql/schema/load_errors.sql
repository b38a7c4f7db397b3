-- One row per rejected record: the quarantine.
-- line is where the record starts in its file; column_name is empty if no one column is at fault.
create table load_errors (
    -- The file of the record: an absolute path, or s3://bucket/key.
    uri varchar(4096) not null,
    -- The version of the file, as in loaded_files.
    etag varchar(256) not null,
    -- The staging table that the record was meant for.
    staging_table varchar(64) not null,
    -- Line of the file on which the record starts, counted from 1.
    line bigint not null,
    -- The column at fault, empty if no one column is.
    column_name varchar(64) not null,
    -- Why it was rejected: one of a few phrases that can be counted.
    reason varchar(256) not null,
    -- Detail of the reason, such as the length of a text. Personal: direct.
    detail varchar(1024) not null,
    -- The record's text as received, cut to the column's length. Personal: direct.
    raw_text varchar(65535) not null,
    -- The run that rejected it.
    run_id varchar(64) not null,
    -- When the load of its batch began, in UTC.
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
