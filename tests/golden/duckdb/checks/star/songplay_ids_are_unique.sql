SELECT songplay_id,
COUNT(*) AS occurrences
FROM songplays
WHERE start_time BETWEEN $first_moment
AND $last_moment
GROUP BY 1
HAVING COUNT(*) > 1
