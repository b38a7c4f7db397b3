-- One row per run that had files to load.
-- The outcome of a run that was killed stays running until the next run changes it to interrupted.
-- Its loaded files are in loaded_files, its rejected records in load_errors.
create table runs (
    -- Id of the run; sorts by start time.
    run_id varchar(64) not null,
    -- Start time, in UTC.
    started_at timestamp not null,
    -- End time, in UTC; null while the run lasts, and if it was killed.
    ended_at timestamp,
    -- running, done, failed, interrupted, undone or reloaded.
    outcome varchar(16) not null,
    -- The error of a failed run. Personal: direct.
    error varchar(4096),
    -- Seconds per stage, as a JSON object.
    stage_seconds varchar(4096),
    -- Peak memory of its process, in bytes; null where the operating system does not report it,
    -- and for runs of earlier versions.
    peak_memory_bytes bigint,
    -- Number of records loaded before it that have another current version since; null for runs
    -- of earlier versions.
    changed_records bigint
)
diststyle auto
sortkey (started_at)
