SELECT songplays.songplay_id,
songplays.song_id,
songplays.artist_id
FROM songplays
LEFT JOIN songs
ON songplays.song_id = songs.song_id
LEFT JOIN artists
ON songplays.artist_id = artists.artist_id
WHERE (songplays.start_time BETWEEN $first_moment
    AND $last_moment
    OR songplays.song_id IN (SELECT catalogue.song_id
        FROM catalogue
        WHERE catalogue.loaded_at >= $since))
AND ((NOT songplays.song_id IS NULL
        AND songs.song_id IS NULL)
    OR (NOT songplays.artist_id IS NULL
        AND artists.artist_id IS NULL)
    OR (songplays.song_id IS NULL
        AND NOT songplays.artist_id IS NULL)
    OR (NOT songplays.song_id IS NULL
        AND songplays.artist_id IS NULL))
