-- One row per change of the source's fields.
create table source_findings (
    run_id varchar(64) not null,
    staging_table varchar(64) not null,
    key_name varchar(1024) not null,
    finding varchar(32) not null,
    detail varchar(1024) not null,
    objects bigint not null,
    first_file varchar(4096) not null,
    found_at timestamp default sysdate
)
diststyle auto
sortkey (found_at)
