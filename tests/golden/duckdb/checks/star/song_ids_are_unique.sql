SELECT song_id,
COUNT(*) AS occurrences
FROM songs
GROUP BY 1
HAVING COUNT(*) > 1
