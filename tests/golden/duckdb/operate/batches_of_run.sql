SELECT loaded_at,
staging_table,
COUNT(*) AS files,
CAST(SUM(bytes) AS BIGINT) AS bytes,
CAST(SUM(objects) AS BIGINT) AS objects,
CAST(SUM(refused) AS BIGINT) AS refused
FROM loaded_files
WHERE run_id = $run_id
GROUP BY 1,
2
ORDER BY 1,
2
