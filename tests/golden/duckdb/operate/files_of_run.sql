SELECT loaded_at,
staging_table,
uri,
etag,
bytes,
objects,
refused
FROM loaded_files
WHERE run_id = $run_id
ORDER BY 1,
2,
3
