SELECT artist_id,
COUNT(*) AS occurrences
FROM artists
GROUP BY 1
HAVING COUNT(*) > 1
