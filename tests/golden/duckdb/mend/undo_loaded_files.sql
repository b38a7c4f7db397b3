DELETE
FROM loaded_files
WHERE run_id = $run_id
