SELECT staged_plays.songplay_id,
staged_plays.start_time,
staged_plays.user_id
FROM staged_plays
LEFT JOIN songplays
ON staged_plays.songplay_id = songplays.songplay_id
AND staged_plays.start_time = songplays.start_time
AND staged_plays.user_id = songplays.user_id
WHERE staged_plays.loaded_at = $loaded_at
AND songplays.songplay_id IS NULL
