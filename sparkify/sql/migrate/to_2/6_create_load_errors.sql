-- One row per rejected record: the quarantine.
create table load_errors (
    uri varchar(4096) not null,
    etag varchar(256) not null,
    staging_table varchar(64) not null,
    line bigint not null,
    column_name varchar(64) not null,
    reason varchar(256) not null,
    detail varchar(1024) not null,
    raw_text varchar(65535) not null,
    run_id varchar(64) not null,
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
