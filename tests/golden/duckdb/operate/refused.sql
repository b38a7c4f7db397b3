WITH newest AS (SELECT candidate.uri,
    candidate.etag
    FROM loaded_files AS candidate
    QUALIFY ROW_NUMBER() OVER (PARTITION BY candidate.uri
        ORDER BY candidate.loaded_at DESC NULLS FIRST) = 1)
SELECT load_errors.loaded_at,
load_errors.run_id,
load_errors.uri,
load_errors.etag,
load_errors.staging_table,
load_errors.line,
load_errors.column_name,
load_errors.reason,
load_errors.detail,
load_errors.raw_text,
NOT newest.uri IS NULL AS is_open
FROM load_errors
LEFT JOIN newest
ON load_errors.uri = newest.uri
AND load_errors.etag = newest.etag
WHERE ($is_all
    OR NOT newest.uri IS NULL)
AND ($run_id = ''
    OR load_errors.run_id = $run_id)
AND ($file = ''
    OR STRPOS(load_errors.uri, $file) > 0)
AND ($reason = ''
    OR STRPOS(LOWER(load_errors.reason), LOWER($reason)) > 0)
AND ($column_name = ''
    OR load_errors.column_name = LOWER($column_name))
ORDER BY 1 DESC NULLS FIRST,
3,
6,
7
