SELECT MIN(occurred_at) AS first_event_at,
MAX(occurred_at) AS last_event_at
FROM user_events
