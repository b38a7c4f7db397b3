WITH batches AS (SELECT run_id,
    loaded_at,
    COUNT(*) AS files,
    SUM(bytes) AS bytes,
    SUM(objects) AS objects,
    SUM(refused) AS refused
    FROM loaded_files
    WHERE NOT run_id IS NULL
    GROUP BY 1,
    2),
loads AS (SELECT run_id,
    COUNT(*) AS batches,
    SUM(files) AS files,
    SUM(bytes) AS bytes,
    SUM(objects) AS objects,
    SUM(refused) AS refused
    FROM batches
    GROUP BY 1)
SELECT runs.run_id,
runs.started_at,
runs.ended_at,
runs.outcome,
CAST(COALESCE(loads.batches, 0) AS BIGINT) AS batches,
CAST(COALESCE(loads.files, 0) AS BIGINT) AS files,
CAST(COALESCE(loads.bytes, 0) AS BIGINT) AS bytes,
CAST(COALESCE(loads.objects, 0) AS BIGINT) AS objects,
CAST(COALESCE(loads.refused, 0) AS BIGINT) AS refused,
COALESCE(runs.error, '') AS error,
COALESCE(runs.stage_seconds, '{}') AS stage_seconds,
runs.peak_memory_bytes
FROM runs
LEFT JOIN loads
ON runs.run_id = loads.run_id
ORDER BY 2 DESC NULLS FIRST,
1 DESC NULLS FIRST
