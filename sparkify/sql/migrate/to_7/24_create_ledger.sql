-- One row per loaded version of a source file, each as often as it was loaded.
create table loaded_files (
    uri varchar(4096) not null,
    etag varchar(256) not null,
    touched_etag varchar(256),
    bytes bigint not null,
    content_hash varchar(32),
    staging_table varchar(64) not null,
    objects bigint,
    refused bigint,
    run_id varchar(64),
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
