SELECT uri,
etag,
loaded_at
FROM loaded_files
ORDER BY 3,
1
