CREATE TEMPORARY TABLE repeated_plays AS
WITH repeated AS (SELECT songplay_id
    FROM staged_plays
    WHERE loaded_at = $loaded_at
    GROUP BY 1
    HAVING COUNT(*) > 1
    UNION
    SELECT staged_plays.songplay_id
    FROM songplays
    INNER JOIN staged_plays
    ON songplays.songplay_id = staged_plays.songplay_id
    WHERE staged_plays.loaded_at = $loaded_at)
SELECT staged_plays.songplay_id,
MIN(staged_plays.start_time) AS start_time,
MIN(staged_plays.user_id) AS user_id,
MIN(staged_plays.level) AS level,
MIN(staged_plays.session_id) AS session_id,
MIN(staged_plays.location) AS location,
MIN(staged_plays.user_agent) AS user_agent,
MIN(staged_plays.item_in_session) AS item_in_session
FROM repeated
INNER JOIN staged_plays
ON repeated.songplay_id = staged_plays.songplay_id
WHERE staged_plays.loaded_at = $loaded_at
GROUP BY 1
