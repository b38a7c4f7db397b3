SELECT start_time,
COUNT(*) AS occurrences
FROM "time"
WHERE start_time BETWEEN $first_moment
AND $last_moment
GROUP BY 1
HAVING COUNT(*) > 1
