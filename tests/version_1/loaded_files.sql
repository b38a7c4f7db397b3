-- One row per version of a source file that is loaded: the ledger.
create table loaded_files (
    uri varchar(4096) not null,
    etag varchar(256) not null,
    bytes bigint not null,
    staging_table varchar(64) not null,
    loaded_at timestamp default sysdate,
    primary key (uri, etag)
)
diststyle auto
sortkey (loaded_at)
