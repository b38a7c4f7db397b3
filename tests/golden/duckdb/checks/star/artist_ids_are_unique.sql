SELECT artist_id,
COUNT(*) AS occurrences
FROM artists
WHERE artist_id IN (SELECT catalogue.artist_id
    FROM catalogue
    WHERE catalogue.loaded_at >= $since)
GROUP BY 1
HAVING COUNT(*) > 1
