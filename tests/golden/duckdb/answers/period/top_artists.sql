SELECT artist_name,
COUNT(*) AS plays,
COUNT(DISTINCT user_id) AS listeners,
COUNT(DISTINCT title) AS songs
FROM plays
WHERE start_time >= $period_start
AND start_time < $period_end
AND NOT artist_name IS NULL
GROUP BY 1
ORDER BY 2 DESC NULLS FIRST,
1 ASC
LIMIT 10
