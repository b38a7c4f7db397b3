-- One row per run that had something to load.
-- A run that says running while no process is at it was killed; the next run notes it as
-- interrupted. What it loaded, and what was refused, is in loaded_files and load_errors.
create table runs (
    -- Id of the run, which sorts by the time it began.
    run_id varchar(64) not null,
    -- When the run began, in UTC.
    started_at timestamp not null,
    -- When the run ended, in UTC; null while it runs, and if it was killed.
    ended_at timestamp,
    -- running, done, failed or interrupted.
    outcome varchar(16) not null,
    -- What went wrong in a run that failed.
    error varchar(4096),
    -- Seconds that each stage took, as a JSON object.
    stage_seconds varchar(4096),
    -- The most bytes of memory that its process had until it ended; null where the operating
    -- system does not tell, and for runs of earlier versions.
    peak_memory_bytes bigint,
    primary key (run_id)
)
diststyle auto
sortkey (started_at)
