WITH texts AS (SELECT delivered_title AS delivered
    FROM staged_plays
    WHERE loaded_at = $loaded_at
    UNION
    SELECT delivered_artist_name AS delivered
    FROM staged_plays
    WHERE loaded_at = $loaded_at)
SELECT texts.delivered
FROM texts
WHERE STRLEN(texts.delivered) > LENGTH(texts.delivered)
AND NOT EXISTS(SELECT 1
    FROM text_repairs
    WHERE text_repairs.delivered = texts.delivered)
