CREATE VIEW user_levels AS
WITH levels AS (SELECT user_id,
    level,
    occurred_at,
    event_id,
    LAG(level) OVER (PARTITION BY user_id
        ORDER BY occurred_at, event_id) AS previous_level
    FROM user_events
    WHERE NOT level IS NULL),
turns AS (SELECT user_id,
    level,
    previous_level,
    occurred_at AS valid_from,
    LEAD(occurred_at) OVER (PARTITION BY user_id
        ORDER BY occurred_at, event_id) AS valid_to
    FROM levels
    WHERE previous_level IS NULL
    OR previous_level <> level)
SELECT user_id,
level,
previous_level,
valid_from,
valid_to,
valid_to IS NULL AS current
FROM turns
