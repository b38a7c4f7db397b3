CREATE VIEW titled_plays AS
SELECT staged_plays.songplay_id,
staged_plays.start_time,
staged_plays.user_id,
staged_plays.level,
staged_plays.session_id,
staged_plays.location,
staged_plays.user_agent,
staged_plays.item_in_session,
staged_plays.duration,
staged_plays.loaded_at,
COALESCE(titles.repaired, TRIM(staged_plays.delivered_title, ' ')) AS title,
COALESCE(artist_names.repaired, TRIM(staged_plays.delivered_artist_name, ' ')) AS artist_name
FROM staged_plays
LEFT JOIN text_repairs AS titles
ON staged_plays.delivered_title = titles.delivered
LEFT JOIN text_repairs AS artist_names
ON staged_plays.delivered_artist_name = artist_names.delivered
