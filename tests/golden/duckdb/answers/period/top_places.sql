SELECT location,
COUNT(DISTINCT user_id) AS listeners,
COUNT(*) AS plays
FROM songplays
WHERE start_time >= $period_start
AND start_time < $period_end
AND NOT location IS NULL
GROUP BY 1
ORDER BY 2 DESC NULLS FIRST,
3 DESC NULLS FIRST,
1 ASC
LIMIT 10
