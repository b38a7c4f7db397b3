SELECT "time".weekday,
"time".hour,
COUNT(*) AS plays
FROM songplays
INNER JOIN "time"
ON songplays.start_time = "time".start_time
WHERE songplays.start_time >= $period_start
AND songplays.start_time < $period_end
GROUP BY 1,
2
ORDER BY 1,
2
