UPDATE runs
SET ended_at = CURRENT_TIMESTAMP AT TIME ZONE 'UTC',
outcome = $outcome,
error = $error,
stage_seconds = $stage_seconds,
peak_memory_bytes = $peak_memory_bytes
WHERE run_id = $run_id
