WITH newest AS (SELECT candidate.uri,
    candidate.etag
    FROM loaded_files AS candidate
    QUALIFY ROW_NUMBER() OVER (PARTITION BY candidate.uri
        ORDER BY candidate.loaded_at DESC NULLS FIRST) = 1)
SELECT load_errors.reason,
COUNT(*) AS refused
FROM load_errors
INNER JOIN newest
ON load_errors.uri = newest.uri
AND load_errors.etag = newest.etag
GROUP BY 1
ORDER BY 2 DESC NULLS FIRST,
1
