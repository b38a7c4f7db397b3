-- One row per check of a run.
create table check_results (
    run_id varchar(64) not null,
    stage varchar(16) not null,
    check_name varchar(128) not null,
    severity varchar(16) not null,
    offending bigint not null,
    account varchar(4096) not null,
    checked_at timestamp default sysdate
)
diststyle auto
sortkey (checked_at)
