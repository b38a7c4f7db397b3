SELECT staged_plays.songplay_id,
staged_plays.start_time
FROM staged_plays
LEFT JOIN "time"
ON staged_plays.start_time = "time".start_time
WHERE staged_plays.loaded_at = $loaded_at
AND "time".start_time IS NULL
