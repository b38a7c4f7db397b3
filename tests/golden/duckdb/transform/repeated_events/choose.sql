CREATE TEMPORARY TABLE repeated_events AS
WITH sessions AS (SELECT MIN(sessionid) AS first_session,
    MAX(sessionid) AS last_session
    FROM staging_events
    WHERE loaded_at = $loaded_at)
SELECT sessionid AS session_id,
iteminsession AS item_in_session
FROM staging_events
WHERE loaded_at = $loaded_at
AND NOT userid IS NULL
GROUP BY 1,
2
HAVING COUNT(*) > 1
UNION
SELECT loaded.sessionid AS session_id,
loaded.iteminsession AS item_in_session
FROM staging_events AS delivered
INNER JOIN staging_events AS loaded
ON delivered.sessionid = loaded.sessionid
AND delivered.iteminsession = loaded.iteminsession
WHERE delivered.loaded_at = $loaded_at
AND NOT delivered.userid IS NULL
AND loaded.loaded_at <> $loaded_at
AND NOT loaded.userid IS NULL
AND loaded.sessionid BETWEEN (SELECT sessions.first_session
    FROM sessions)
AND (SELECT sessions.last_session
    FROM sessions)
