SELECT CAST(start_time AS DATE) AS start_date,
COUNT(*) AS plays,
COUNT(CASE
    WHEN level = 'paid' THEN 1 END) AS paid_plays,
COUNT(CASE
    WHEN level = 'free' THEN 1 END) AS free_plays,
COUNT(DISTINCT user_id) AS listeners
FROM songplays
WHERE start_time >= $period_start
AND start_time < $period_end
GROUP BY 1
ORDER BY 1
