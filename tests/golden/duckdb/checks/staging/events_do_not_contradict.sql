WITH repeated AS (SELECT sessionid,
    iteminsession
    FROM staging_events
    WHERE loaded_at = $loaded_at
    AND NOT userid IS NULL
    GROUP BY 1,
    2
    HAVING COUNT(*) > 1)
SELECT staging_events.sessionid AS session_id,
staging_events.iteminsession AS item_in_session,
MIN(staging_events.ts) AS first_moment,
MAX(staging_events.ts) AS last_moment,
MIN(staging_events.userid) AS smallest_user_id,
MAX(staging_events.userid) AS largest_user_id
FROM repeated
INNER JOIN staging_events
ON repeated.sessionid = staging_events.sessionid
AND repeated.iteminsession = staging_events.iteminsession
WHERE staging_events.loaded_at = $loaded_at
AND NOT staging_events.userid IS NULL
GROUP BY 1,
2
HAVING MIN(staging_events.ts) <> MAX(staging_events.ts)
OR MIN(staging_events.userid) <> MAX(staging_events.userid)
