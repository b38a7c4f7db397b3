INSERT INTO songplays (songplay_id, start_time, user_id, level, song_id, artist_id, session_id, location, user_agent, item_in_session)
WITH known_songs AS (SELECT candidate.songplay_id,
    candidate.song_id,
    candidate.artist_id
    FROM matches AS candidate
    WHERE candidate.play_loaded_at = $loaded_at
    QUALIFY ROW_NUMBER() OVER (PARTITION BY candidate.songplay_id
        ORDER BY candidate.song_id, candidate.artist_id) = 1)
SELECT staged_plays.songplay_id,
staged_plays.start_time,
staged_plays.user_id,
staged_plays.level,
known_songs.song_id,
known_songs.artist_id,
staged_plays.session_id,
staged_plays.location,
staged_plays.user_agent,
staged_plays.item_in_session
FROM staged_plays
LEFT JOIN known_songs
ON staged_plays.songplay_id = known_songs.songplay_id
WHERE staged_plays.loaded_at = $loaded_at
AND NOT EXISTS(SELECT 1
    FROM repeated_plays
    WHERE repeated_plays.songplay_id = staged_plays.songplay_id)
