CREATE VIEW level_funnel AS
SELECT direction,
step,
step_name,
COUNT(DISTINCT user_id) AS users
FROM level_steps
GROUP BY 1,
2,
3
