DELETE
FROM load_errors
WHERE run_id = $run_id
