-- One row: the run that ended.
update runs
set
    ended_at = sysdate,
    outcome = :outcome,
    error = :error,
    stage_seconds = :stage_seconds,
    peak_memory_bytes = :peak_memory_bytes,
    changed_records = :changed_records
where run_id = :run_id
