CREATE VIEW plays AS
WITH logged AS (SELECT songplay_id,
    MIN(NULLIF(title, '')) AS title,
    MIN(NULLIF(artist_name, '')) AS artist_name,
    MIN(duration) AS duration
    FROM titled_plays
    GROUP BY 1)
SELECT songplays.songplay_id,
songplays.start_time,
CAST(songplays.start_time AS DATE) AS start_date,
"time".year,
"time".month,
"time".week,
"time".day,
"time".weekday,
"time".hour,
songplays.user_id,
users.first_name,
users.last_name,
users.gender,
songplays.level,
songplays.song_id,
COALESCE(songs.title, logged.title) AS title,
songplays.artist_id,
COALESCE(artists.name, logged.artist_name) AS artist_name,
COALESCE(songs.duration, logged.duration) AS duration,
songplays.session_id,
songplays.item_in_session,
songplays.location,
songplays.user_agent
FROM songplays
INNER JOIN "time"
ON songplays.start_time = "time".start_time
INNER JOIN users
ON songplays.user_id = users.user_id
INNER JOIN logged
ON songplays.songplay_id = logged.songplay_id
LEFT JOIN songs
ON songplays.song_id = songs.song_id
LEFT JOIN artists
ON songplays.artist_id = artists.artist_id
