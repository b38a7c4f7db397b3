WITH files AS (SELECT COUNT(*) AS files,
    MAX(loaded_at) AS last_load_at
    FROM loaded_files),
refusals AS (SELECT COUNT(*) AS refused_objects
    FROM load_errors),
events AS (SELECT MAX(ts) AS last_event_at
    FROM staging_events
    WHERE NOT userid IS NULL),
matched AS (SELECT COUNT(*) AS plays,
    COUNT(song_id) AS matched_plays
    FROM songplays
    WHERE start_time >= $period_start
    AND start_time < $period_end)
SELECT files.files,
files.last_load_at,
refusals.refused_objects,
events.last_event_at,
matched.plays,
matched.matched_plays
FROM files CROSS
JOIN refusals CROSS
JOIN events CROSS
JOIN matched
