CREATE TEMPORARY TABLE contradicting_events AS
WITH versions AS (SELECT repeated_events.session_id,
    repeated_events.item_in_session,
    staging_events.ts AS moment,
    staging_events.userid AS user_id,
    MAX(CASE
        WHEN staging_events.loaded_at = $loaded_at THEN 1 ELSE 0 END) AS is_delivered,
    MAX(CASE
        WHEN staging_events.loaded_at = $loaded_at THEN 0 ELSE 1 END) AS is_loaded
    FROM repeated_events
    INNER JOIN staging_events
    ON repeated_events.session_id = staging_events.sessionid
    AND repeated_events.item_in_session = staging_events.iteminsession
    WHERE NOT staging_events.userid IS NULL
    GROUP BY 1,
    2,
    3,
    4),
contradicting AS (SELECT session_id,
    item_in_session
    FROM versions
    GROUP BY 1,
    2
    HAVING COUNT(*) > 1)
SELECT versions.session_id,
versions.item_in_session,
versions.moment,
versions.user_id
FROM versions
INNER JOIN contradicting
ON versions.session_id = contradicting.session_id
AND versions.item_in_session = contradicting.item_in_session
WHERE versions.is_delivered = 1
AND versions.is_loaded = 0
