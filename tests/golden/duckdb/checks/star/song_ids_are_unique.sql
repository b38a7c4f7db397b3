SELECT song_id,
COUNT(*) AS occurrences
FROM songs
WHERE song_id IN (SELECT catalogue.song_id
    FROM catalogue
    WHERE catalogue.loaded_at >= $since)
GROUP BY 1
HAVING COUNT(*) > 1
