SELECT title,
artist_name,
COUNT(DISTINCT songplay_id) AS plays
FROM titled_plays
WHERE NOT title IS NULL
GROUP BY 1,
2
ORDER BY 3 DESC NULLS FIRST,
1 ASC,
2 ASC
LIMIT 10
