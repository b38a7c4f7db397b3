SELECT "time".hour,
COUNT(*) AS plays
FROM songplays
INNER JOIN "time"
ON songplays.start_time = "time".start_time
GROUP BY 1
ORDER BY 1
