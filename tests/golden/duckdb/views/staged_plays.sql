CREATE VIEW staged_plays AS
SELECT sessionid * 1000000 + iteminsession AS songplay_id,
ts AS start_time,
userid AS user_id,
NULLIF(TRIM(level, ' '), '') AS level,
sessionid AS session_id,
NULLIF(TRIM(location, ' '), '') AS location,
NULLIF(TRIM(useragent, ' "'), '') AS user_agent,
iteminsession AS item_in_session,
song AS delivered_title,
artist AS delivered_artist_name,
length AS duration,
loaded_at
FROM staging_events
WHERE page = 'NextSong'
AND NOT userid IS NULL
