SELECT songplays.songplay_id,
songplays.user_id
FROM songplays
WHERE songplays.start_time BETWEEN $first_moment
AND $last_moment
AND NOT EXISTS(SELECT 1
    FROM users
    WHERE users.user_id = songplays.user_id)
