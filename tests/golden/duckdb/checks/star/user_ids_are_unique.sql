SELECT user_id,
COUNT(*) AS occurrences
FROM users
WHERE user_id IN (SELECT staging_events.userid
    FROM staging_events
    WHERE staging_events.loaded_at >= $since)
GROUP BY 1
HAVING COUNT(*) > 1
