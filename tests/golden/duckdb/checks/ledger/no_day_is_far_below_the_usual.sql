WITH days AS (SELECT CAST(ts AS DATE) AS day_of_events,
    COUNT(*) AS events
    FROM staging_events
    WHERE ts >= (CAST($first_moment AS TIMESTAMP) + INTERVAL (-28) DAY)
    AND ts <= $last_moment
    GROUP BY 1),
usual AS (SELECT days.day_of_events,
    days.events,
    COUNT(*) AS days_before,
    AVG(CAST(earlier.events AS DOUBLE)) AS average
    FROM days
    INNER JOIN days AS earlier
    ON days.day_of_events > earlier.day_of_events
    AND days.day_of_events - 28 <= earlier.day_of_events
    WHERE days.day_of_events < CAST($last_moment AS DATE)
    GROUP BY 1,
    2)
SELECT day_of_events,
events,
ROUND(average) AS usual_events
FROM usual
WHERE days_before >= 3
AND events < average / 5
AND day_of_events >= CAST($first_moment AS DATE)
