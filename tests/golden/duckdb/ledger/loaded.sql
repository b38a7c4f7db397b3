SELECT uri,
etag
FROM loaded_files
