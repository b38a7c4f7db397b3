DELETE
FROM staging_songs
WHERE loaded_at IN (SELECT loaded_files.loaded_at
    FROM loaded_files
    WHERE loaded_files.run_id = $run_id)
