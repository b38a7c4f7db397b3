WITH counted AS (SELECT uri,
    etag,
    refused,
    0 AS kept
    FROM loaded_files
    WHERE NOT refused IS NULL
    UNION ALL
    SELECT uri,
    etag,
    0 AS refused,
    1 AS kept
    FROM load_errors)
SELECT uri,
etag,
CAST(SUM(refused) AS BIGINT) AS refused,
CAST(SUM(kept) AS BIGINT) AS kept
FROM counted
GROUP BY 1,
2
HAVING SUM(refused) <> SUM(kept)
ORDER BY 1,
2
