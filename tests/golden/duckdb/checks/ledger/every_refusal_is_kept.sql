WITH kept AS (SELECT uri,
    etag,
    COUNT(*) AS kept
    FROM load_errors
    WHERE loaded_at >= $since
    GROUP BY 1,
    2)
SELECT loaded_files.uri,
loaded_files.refused,
COALESCE(kept.kept, 0) AS kept
FROM loaded_files
LEFT JOIN kept
ON loaded_files.uri = kept.uri
AND loaded_files.etag = kept.etag
WHERE loaded_files.loaded_at >= $since
AND loaded_files.refused <> COALESCE(kept.kept, 0)
