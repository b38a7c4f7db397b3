WITH batches AS (SELECT DISTINCT loaded_at
    FROM loaded_files
    WHERE loaded_at >= (CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP) + INTERVAL (-28) DAY)),
newest AS (SELECT loaded_at,
    MAX(ts) AS newest_event
    FROM staging_events
    WHERE loaded_at >= (CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP) + INTERVAL (-28) DAY)
    GROUP BY 1),
loads AS (SELECT batches.loaded_at,
    MAX(newest.newest_event) OVER (ORDER BY batches.loaded_at rows BETWEEN UNBOUNDED preceding
        AND CURRENT ROW) AS newest_event,
    LEAD(batches.loaded_at) OVER (ORDER BY batches.loaded_at) AS next_load
    FROM batches
    LEFT JOIN newest
    ON batches.loaded_at = newest.loaded_at),
usual AS (SELECT COUNT(*) AS loads_before,
    AVG(CAST(DATE_DIFF('SECOND', CAST(newest_event AS TIMESTAMP), CAST(loaded_at AS TIMESTAMP)) AS DOUBLE)) AS seconds_old
    FROM loads
    WHERE NOT newest_event IS NULL
    AND NOT next_load IS NULL),
latest AS (SELECT newest_event,
    DATE_DIFF('SECOND', CAST(newest_event AS TIMESTAMP), CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP)) AS seconds_old
    FROM loads
    WHERE next_load IS NULL)
SELECT latest.newest_event,
ROUND(CAST(latest.seconds_old AS DOUBLE) / 3600) AS hours_old,
ROUND(usual.seconds_old / 3600) AS usual_hours_old
FROM latest CROSS
JOIN usual
WHERE usual.loads_before >= 3
AND latest.seconds_old > usual.seconds_old * 2 + 86400
