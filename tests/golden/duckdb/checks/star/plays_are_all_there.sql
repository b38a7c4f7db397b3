SELECT staged_plays.songplay_id,
staged_plays.start_time,
staged_plays.user_id
FROM staged_plays
WHERE staged_plays.loaded_at >= $since
AND NOT EXISTS(SELECT 1
    FROM songplays
    WHERE songplays.songplay_id = staged_plays.songplay_id
    AND songplays.start_time = staged_plays.start_time
    AND songplays.user_id = staged_plays.user_id
    AND songplays.start_time BETWEEN $first_moment
    AND $last_moment)
