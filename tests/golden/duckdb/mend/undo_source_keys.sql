DELETE
FROM source_keys
WHERE run_id = $run_id
