SELECT title,
artist_name,
COUNT(*) AS plays,
COUNT(DISTINCT user_id) AS listeners
FROM plays
WHERE start_time >= $period_start
AND start_time < $period_end
AND NOT title IS NULL
GROUP BY 1,
2
ORDER BY 3 DESC NULLS FIRST,
1 ASC,
2 ASC
LIMIT 10
