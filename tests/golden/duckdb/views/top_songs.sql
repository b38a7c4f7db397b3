CREATE VIEW top_songs AS
WITH counted AS (SELECT title,
    artist_name,
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS listeners
    FROM plays
    WHERE NOT title IS NULL
    GROUP BY 1,
    2)
SELECT ROW_NUMBER() OVER (ORDER BY plays DESC NULLS FIRST, title ASC, artist_name ASC) AS rank,
title,
artist_name,
plays,
listeners
FROM counted
