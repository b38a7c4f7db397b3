SELECT DISTINCT loaded_at
FROM loaded_files
ORDER BY 1
