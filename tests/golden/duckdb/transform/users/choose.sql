CREATE TEMPORARY TABLE chosen_users AS
WITH latest_moments AS (SELECT userid AS user_id,
    MAX(ts) AS last_event_at
    FROM staging_events
    WHERE loaded_at = $loaded_at
    AND NOT userid IS NULL
    GROUP BY 1),
candidates AS (SELECT latest_moments.user_id,
    NULLIF(TRIM(staging_events.firstname, ' '), '') AS first_name,
    NULLIF(TRIM(staging_events.lastname, ' '), '') AS last_name,
    NULLIF(TRIM(staging_events.gender, ' '), '') AS gender,
    NULLIF(TRIM(staging_events.level, ' '), '') AS level,
    latest_moments.last_event_at,
    staging_events.sessionid * 1000000 + staging_events.iteminsession AS last_event_id
    FROM latest_moments
    INNER JOIN staging_events
    ON latest_moments.user_id = staging_events.userid
    AND latest_moments.last_event_at = staging_events.ts
    WHERE staging_events.loaded_at = $loaded_at
    UNION ALL
    SELECT users.user_id,
    users.first_name,
    users.last_name,
    users.gender,
    users.level,
    users.last_event_at,
    users.last_event_id
    FROM latest_moments
    INNER JOIN users
    ON latest_moments.user_id = users.user_id)
SELECT candidate.user_id,
candidate.first_name,
candidate.last_name,
candidate.gender,
candidate.level,
candidate.last_event_at,
candidate.last_event_id
FROM candidates AS candidate
WHERE NOT candidate.user_id IS NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY candidate.user_id
    ORDER BY candidate.last_event_at DESC NULLS FIRST, candidate.last_event_id DESC NULLS FIRST, candidate.first_name ASC, candidate.last_name ASC, candidate.gender ASC, candidate.level ASC) = 1
