SELECT 1 AS place,
'staging_events' AS table_name,
COUNT(*) AS row_count
FROM staging_events
UNION ALL
SELECT 2 AS place,
'staging_songs' AS table_name,
COUNT(*) AS row_count
FROM staging_songs
UNION ALL
SELECT 3 AS place,
'songplays' AS table_name,
COUNT(*) AS row_count
FROM songplays
UNION ALL
SELECT 4 AS place,
'users' AS table_name,
COUNT(*) AS row_count
FROM users
UNION ALL
SELECT 5 AS place,
'songs' AS table_name,
COUNT(*) AS row_count
FROM songs
UNION ALL
SELECT 6 AS place,
'artists' AS table_name,
COUNT(*) AS row_count
FROM artists
UNION ALL
SELECT 7 AS place,
'time' AS table_name,
COUNT(*) AS row_count
FROM "time"
ORDER BY 1
