CREATE VIEW user_events AS
SELECT sessionid * 1000000 + iteminsession AS event_id,
sessionid AS session_id,
iteminsession AS item_in_session,
MIN(ts) AS occurred_at,
MIN(userid) AS user_id,
MIN(NULLIF(TRIM(level, ' '), '')) AS level,
MIN(page) AS page
FROM staging_events
WHERE NOT userid IS NULL
GROUP BY 1,
2,
3
