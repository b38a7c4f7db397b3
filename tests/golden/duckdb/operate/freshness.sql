SELECT (SELECT MAX(ts)
    FROM staging_events) AS newest_event,
(SELECT MAX(loaded_at)
    FROM loaded_files) AS loaded_at
