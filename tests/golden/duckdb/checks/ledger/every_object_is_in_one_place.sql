WITH delivered AS (SELECT staging_table,
    loaded_at,
    SUM(objects) AS delivered,
    SUM(refused) AS refused
    FROM loaded_files
    WHERE loaded_at >= $since
    AND NOT objects IS NULL
    GROUP BY 1,
    2),
staged AS (SELECT 'staging_events' AS staging_table,
    loaded_at,
    COUNT(*) AS staged
    FROM staging_events
    WHERE loaded_at >= $since
    GROUP BY 1,
    2
    UNION ALL
    SELECT 'staging_songs' AS staging_table,
    loaded_at,
    COUNT(*) AS staged
    FROM staging_songs
    WHERE loaded_at >= $since
    GROUP BY 1,
    2)
SELECT delivered.staging_table,
delivered.loaded_at,
delivered.delivered,
delivered.refused,
COALESCE(staged.staged, 0) AS staged
FROM delivered
LEFT JOIN staged
ON delivered.staging_table = staged.staging_table
AND delivered.loaded_at = staged.loaded_at
WHERE delivered.delivered <> delivered.refused + COALESCE(staged.staged, 0)
