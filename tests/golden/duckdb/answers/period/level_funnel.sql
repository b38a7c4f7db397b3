SELECT direction,
step,
step_name,
COUNT(DISTINCT user_id) AS users
FROM level_steps
WHERE taken_at >= $period_start
AND taken_at < $period_end
GROUP BY 1,
2,
3
ORDER BY 1,
2
