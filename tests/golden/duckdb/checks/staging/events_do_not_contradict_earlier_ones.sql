SELECT delivered.sessionid AS session_id,
delivered.iteminsession AS item_in_session,
loaded.ts AS loaded_moment,
delivered.ts AS delivered_moment,
loaded.userid AS loaded_user_id,
delivered.userid AS delivered_user_id
FROM staging_events AS delivered
INNER JOIN staging_events AS loaded
ON delivered.sessionid = loaded.sessionid
AND delivered.iteminsession = loaded.iteminsession
WHERE delivered.loaded_at = $loaded_at
AND loaded.loaded_at <> $loaded_at
AND (delivered.ts <> loaded.ts
    OR delivered.userid <> loaded.userid)
