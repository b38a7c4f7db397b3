WITH counted AS (SELECT staging_table,
    loaded_at,
    objects AS delivered,
    refused,
    0 AS staged,
    CASE
    WHEN objects IS NULL THEN 1 ELSE 0 END AS untold
    FROM loaded_files
    UNION ALL
    SELECT 'staging_events' AS staging_table,
    loaded_at,
    0 AS delivered,
    0 AS refused,
    1 AS staged,
    0 AS untold
    FROM staging_events
    UNION ALL
    SELECT 'staging_songs' AS staging_table,
    loaded_at,
    0 AS delivered,
    0 AS refused,
    1 AS staged,
    0 AS untold
    FROM staging_songs)
SELECT staging_table,
loaded_at,
CAST(SUM(delivered) AS BIGINT) AS delivered,
CAST(SUM(refused) AS BIGINT) AS refused,
CAST(SUM(staged) AS BIGINT) AS staged
FROM counted
GROUP BY 1,
2
HAVING SUM(untold) = 0
AND SUM(delivered) <> SUM(refused) + SUM(staged)
ORDER BY 2,
1
