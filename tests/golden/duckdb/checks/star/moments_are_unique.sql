SELECT start_time,
COUNT(*) AS occurrences
FROM "time"
GROUP BY 1
HAVING COUNT(*) > 1
