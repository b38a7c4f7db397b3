INSERT INTO songplays (songplay_id, start_time, user_id, level, song_id, artist_id, session_id, location, user_agent, item_in_session)
SELECT titled_plays.songplay_id,
titled_plays.start_time,
titled_plays.user_id,
titled_plays.level,
known_titles.song_id,
known_titles.artist_id,
titled_plays.session_id,
titled_plays.location,
titled_plays.user_agent,
titled_plays.item_in_session
FROM titled_plays
LEFT JOIN known_titles
ON titled_plays.title = known_titles.title
AND titled_plays.artist_name = known_titles.artist_name
AND titled_plays.duration = known_titles.duration
WHERE titled_plays.loaded_at = $loaded_at
AND NOT EXISTS(SELECT 1
    FROM repeated_plays
    WHERE repeated_plays.songplay_id = titled_plays.songplay_id)
