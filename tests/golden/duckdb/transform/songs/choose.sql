CREATE TEMPORARY TABLE chosen_songs AS
WITH candidates AS (SELECT song_id,
    title,
    artist_id,
    year,
    duration
    FROM catalogue
    WHERE loaded_at = $loaded_at
    UNION ALL
    SELECT song_id,
    title,
    artist_id,
    year,
    duration
    FROM songs
    WHERE songs.song_id IN (SELECT catalogue.song_id
        FROM catalogue
        WHERE catalogue.loaded_at = $loaded_at))
SELECT candidate.song_id,
candidate.title,
candidate.artist_id,
candidate.year,
candidate.duration
FROM candidates AS candidate
WHERE NOT candidate.song_id IS NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY candidate.song_id
    ORDER BY candidate.title, candidate.artist_id, candidate.year, candidate.duration) = 1
