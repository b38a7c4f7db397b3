SELECT COUNT(*) AS plays,
COUNT(song_id) AS matched
FROM songplays
