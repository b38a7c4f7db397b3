UPDATE runs
SET ended_at = CURRENT_TIMESTAMP AT TIME ZONE 'UTC',
outcome = $outcome,
error = $error,
stage_seconds = $stage_seconds
WHERE run_id = $run_id
