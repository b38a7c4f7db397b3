DELETE
FROM staging_events
WHERE loaded_at = $loaded_at
AND NOT userid IS NULL
AND EXISTS(SELECT 1
    FROM contradicting_events
    WHERE contradicting_events.session_id = staging_events.sessionid
    AND contradicting_events.item_in_session = staging_events.iteminsession
    AND (contradicting_events.moment = staging_events.ts
        OR (contradicting_events.moment IS NULL
            AND staging_events.ts IS NULL))
    AND contradicting_events.user_id = staging_events.userid)
