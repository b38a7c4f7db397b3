-- One row per check that a run made: how many rows failed it.
create table check_results (
    -- The run that made the check.
    run_id varchar(64) not null,
    -- Which rows were checked: staging, star or ledger; own for a check of [CHECKS] FOLDER.
    stage varchar(16) not null,
    -- Name of the check: its file in sparkify/sql/checks, or in that folder.
    check_name varchar(128) not null,
    -- block if rows that fail the check fail the batch, warn if they are only reported.
    severity varchar(16) not null,
    -- Number of rows that failed the check.
    offending bigint not null,
    -- The finding with its first rows, empty if the check passed. Personal: direct.
    account varchar(4096) not null,
    -- When the load of the checked batch began, in UTC.
    checked_at timestamp default sysdate
)
diststyle auto
sortkey (checked_at)
