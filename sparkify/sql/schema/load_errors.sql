-- One row per object that was refused: the quarantine.
-- line is where the object starts in its file; column_name is empty where no column is at fault.
create table load_errors (
    -- The file that the object stands in: an absolute path, or s3://bucket/key.
    uri varchar(4096) not null,
    -- The version of the file, as in loaded_files.
    etag varchar(256) not null,
    -- The staging table that the object was meant for.
    staging_table varchar(64) not null,
    -- Line of the file on which the object starts, counted from 1.
    line bigint not null,
    -- The column at fault, empty where none is.
    column_name varchar(64) not null,
    -- Why it was refused, one of a few phrases that can be counted.
    reason varchar(256) not null,
    -- What there is to add to the reason, such as a text's length.
    detail varchar(1024) not null,
    -- The object's text as delivered, as far as it fits.
    raw_text varchar(65535) not null,
    -- The run that refused it.
    run_id varchar(64) not null,
    -- Moment at which the batch that refused it began.
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
