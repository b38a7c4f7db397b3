SELECT DISTINCT load_errors.uri
FROM load_errors
WHERE NOT EXISTS(SELECT 1
    FROM loaded_files
    WHERE loaded_files.uri = load_errors.uri
    AND loaded_files.loaded_at > load_errors.loaded_at)
ORDER BY 1
