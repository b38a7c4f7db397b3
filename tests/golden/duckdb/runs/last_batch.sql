SELECT MAX(loaded_at) AS loaded_at
FROM loaded_files
