SELECT 'songplays' AS table_name,
CAST(songplay_id AS TEXT(64)) AS row_key,
level AS first_value,
location AS second_value
FROM songplays
WHERE start_time BETWEEN $first_moment
AND $last_moment
AND NOT level IN ('free', 'paid')
UNION ALL
SELECT 'users' AS table_name,
CAST(user_id AS TEXT(64)) AS row_key,
level AS first_value,
gender AS second_value
FROM users
WHERE NOT level IN ('free', 'paid')
OR NOT gender IN ('F', 'M')
UNION ALL
SELECT 'songs' AS table_name,
song_id AS row_key,
CAST(year AS TEXT(64)) AS first_value,
CAST(duration AS TEXT(64)) AS second_value
FROM songs
WHERE NOT year BETWEEN 1000
AND 9999
OR duration < 0
UNION ALL
SELECT 'artists' AS table_name,
artist_id AS row_key,
CAST(latitude AS TEXT(64)) AS first_value,
CAST(longitude AS TEXT(64)) AS second_value
FROM artists
WHERE NOT latitude BETWEEN -90
AND 90
OR NOT longitude BETWEEN -180
AND 180
