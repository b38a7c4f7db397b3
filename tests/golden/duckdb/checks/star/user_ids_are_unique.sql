SELECT user_id,
COUNT(*) AS occurrences
FROM users
GROUP BY 1
HAVING COUNT(*) > 1
