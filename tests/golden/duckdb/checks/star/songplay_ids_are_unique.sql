SELECT songplay_id,
COUNT(*) AS occurrences
FROM songplays
GROUP BY 1
HAVING COUNT(*) > 1
