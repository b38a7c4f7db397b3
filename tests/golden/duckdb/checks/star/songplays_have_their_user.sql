SELECT songplays.songplay_id,
songplays.user_id
FROM songplays
LEFT JOIN users
ON songplays.user_id = users.user_id
WHERE users.user_id IS NULL
