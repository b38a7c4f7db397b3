WITH concerned AS (SELECT songplay_id,
    song_id,
    artist_id
    FROM songplays
    WHERE start_time BETWEEN $first_moment
    AND $last_moment
    UNION ALL
    SELECT songplays.songplay_id,
    songplays.song_id,
    songplays.artist_id
    FROM songplays
    WHERE songplays.song_id IN (SELECT catalogue.song_id
        FROM catalogue
        WHERE catalogue.loaded_at >= $since))
SELECT DISTINCT concerned.songplay_id,
concerned.song_id,
concerned.artist_id
FROM concerned
LEFT JOIN songs
ON concerned.song_id = songs.song_id
LEFT JOIN artists
ON concerned.artist_id = artists.artist_id
WHERE (NOT concerned.song_id IS NULL
    AND songs.song_id IS NULL)
OR (NOT concerned.artist_id IS NULL
    AND artists.artist_id IS NULL)
OR (concerned.song_id IS NULL
    AND NOT concerned.artist_id IS NULL)
OR (NOT concerned.song_id IS NULL
    AND concerned.artist_id IS NULL)
