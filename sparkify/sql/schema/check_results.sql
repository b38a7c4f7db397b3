-- One row per check that a run made: how many rows broke it.
create table check_results (
    -- The run that made the check.
    run_id varchar(64) not null,
    -- What was checked: staging, star or ledger.
    stage varchar(16) not null,
    -- Name of the check, which is that of its file in sparkify/sql/checks.
    check_name varchar(128) not null,
    -- block if rows that break it fail the batch, warn if they do not.
    severity varchar(16) not null,
    -- How many rows broke it.
    offending bigint not null,
    -- What was found, with the first rows; empty if nothing was.
    account varchar(4096) not null,
    -- Moment at which the batch that was checked began.
    checked_at timestamp default sysdate
)
diststyle auto
sortkey (checked_at)
