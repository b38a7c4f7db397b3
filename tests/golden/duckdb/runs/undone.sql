UPDATE runs
SET outcome = 'undone'
WHERE run_id = $run_id
