-- One row per version of a source file that is loaded: the ledger.
-- objects is how many the file holds; each of them is staged, or refused and in load_errors.
create table loaded_files (
    uri varchar(4096) not null,
    etag varchar(256) not null,
    bytes bigint not null,
    staging_table varchar(64) not null,
    objects bigint,
    refused bigint,
    run_id varchar(64),
    loaded_at timestamp default sysdate,
    primary key (uri, etag)
)
diststyle auto
sortkey (loaded_at)
