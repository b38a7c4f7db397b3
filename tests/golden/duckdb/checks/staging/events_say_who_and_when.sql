SELECT userid,
sessionid,
iteminsession,
ts,
page
FROM staging_events
WHERE loaded_at >= $since
AND NOT userid IS NULL
AND (ts IS NULL
    OR sessionid IS NULL
    OR iteminsession IS NULL
    OR NOT sessionid BETWEEN 0
    AND 9000000000000
    OR NOT iteminsession BETWEEN 0
    AND 999999)
