SELECT level,
COUNT(DISTINCT user_id) AS listeners,
COUNT(DISTINCT session_id) AS sessions,
COUNT(*) AS plays
FROM songplays
WHERE start_time >= $period_start
AND start_time < $period_end
AND NOT level IS NULL
GROUP BY 1
ORDER BY 1
