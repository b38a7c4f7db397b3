CREATE TEMPORARY TABLE repeated_plays AS
SELECT staged_plays.songplay_id,
MIN(staged_plays.start_time) AS start_time,
MIN(staged_plays.user_id) AS user_id,
MIN(staged_plays.level) AS level,
MIN(staged_plays.session_id) AS session_id,
MIN(staged_plays.location) AS location,
MIN(staged_plays.user_agent) AS user_agent,
MIN(staged_plays.item_in_session) AS item_in_session
FROM repeated_events
INNER JOIN staged_plays
ON repeated_events.session_id = staged_plays.session_id
AND repeated_events.item_in_session = staged_plays.item_in_session
WHERE staged_plays.loaded_at = $loaded_at
GROUP BY 1
