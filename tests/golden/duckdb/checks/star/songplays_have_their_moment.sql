SELECT songplays.songplay_id,
songplays.start_time
FROM songplays
WHERE songplays.start_time BETWEEN $first_moment
AND $last_moment
AND NOT EXISTS(SELECT 1
    FROM "time"
    WHERE "time".start_time = songplays.start_time
    AND "time".start_time BETWEEN $first_moment
    AND $last_moment)
