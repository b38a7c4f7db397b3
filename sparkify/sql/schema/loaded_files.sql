-- One row per version of a source file that is loaded: the ledger.
-- objects is how many the file holds; each of them is staged, or refused and in load_errors.
create table loaded_files (
    -- Where the file lies: an absolute path, or s3://bucket/key.
    uri varchar(4096) not null,
    -- Token of the file's content: S3's etag, or time of change and size of a local file.
    etag varchar(256) not null,
    -- Size of the file as delivered, compressed or not.
    bytes bigint not null,
    -- The staging table that its objects went to.
    staging_table varchar(64) not null,
    -- How many objects the file holds; null for files that earlier versions loaded.
    objects bigint,
    -- How many of them were refused, and are in load_errors; null as objects is.
    refused bigint,
    -- The run that loaded it; null for files that earlier versions loaded.
    run_id varchar(64),
    -- Moment at which the batch that loaded it began, as its rows carry it.
    loaded_at timestamp default sysdate,
    primary key (uri, etag)
)
diststyle auto
sortkey (loaded_at)
