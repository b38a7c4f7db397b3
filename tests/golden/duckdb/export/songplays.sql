SELECT songplay_id,
start_time,
user_id,
level,
song_id,
artist_id,
session_id,
location,
user_agent,
item_in_session,
EXTRACT(YEAR
    FROM start_time) AS year,
EXTRACT(MONTH
    FROM start_time) AS month
FROM songplays
