CREATE VIEW top_artists AS
WITH counted AS (SELECT artist_name,
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS listeners,
    COUNT(DISTINCT title) AS songs
    FROM plays
    WHERE NOT artist_name IS NULL
    GROUP BY 1)
SELECT ROW_NUMBER() OVER (ORDER BY plays DESC NULLS FIRST, artist_name ASC) AS rank,
artist_name,
plays,
listeners,
songs
FROM counted
