UPDATE songplays
SET song_id = known_songs.song_id,
artist_id = known_songs.artist_id
FROM (WITH candidates AS (SELECT titled_plays.songplay_id,
        delivered.song_id,
        delivered.artist_id
        FROM titled_plays
        INNER JOIN catalogue AS delivered
        ON titled_plays.title = delivered.title
        AND titled_plays.artist_name = delivered.artist_name
        AND titled_plays.duration = delivered.duration
        WHERE delivered.loaded_at = $loaded_at
        AND titled_plays.loaded_at <> $loaded_at
        AND titled_plays.duration IN (SELECT catalogue.duration
            FROM catalogue
            WHERE catalogue.loaded_at = $loaded_at)
        UNION ALL
        SELECT matches.songplay_id,
        matches.song_id,
        matches.artist_id
        FROM repeated_plays
        INNER JOIN matches
        ON repeated_plays.songplay_id = matches.songplay_id
        WHERE matches.play_loaded_at = $loaded_at)
    SELECT candidate.songplay_id,
    candidate.song_id,
    candidate.artist_id
    FROM candidates AS candidate
    WHERE NOT candidate.song_id IS NULL
    QUALIFY ROW_NUMBER() OVER (PARTITION BY candidate.songplay_id
        ORDER BY candidate.song_id, candidate.artist_id) = 1) AS known_songs
WHERE songplays.songplay_id = known_songs.songplay_id
AND (songplays.song_id IS NULL
    OR known_songs.song_id < songplays.song_id
    OR (known_songs.song_id = songplays.song_id
        AND known_songs.artist_id < songplays.artist_id))
