-- One row per key of the source and type of its values.
create table source_keys (
    staging_table varchar(64) not null,
    key_name varchar(1024) not null,
    json_type varchar(16) not null,
    first_file varchar(4096) not null,
    run_id varchar(64) not null,
    loaded_at timestamp default sysdate
)
diststyle auto
