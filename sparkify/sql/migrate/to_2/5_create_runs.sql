-- One row per run that had files to load.
create table runs (
    run_id varchar(64) not null,
    started_at timestamp not null,
    ended_at timestamp,
    outcome varchar(16) not null,
    error varchar(4096),
    stage_seconds varchar(4096),
    primary key (run_id)
)
diststyle auto
sortkey (started_at)
