SELECT MIN(ts) AS first_event_at,
MAX(ts) AS last_event_at
FROM staging_events
WHERE NOT userid IS NULL
