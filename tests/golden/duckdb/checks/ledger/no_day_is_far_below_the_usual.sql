WITH days AS (SELECT CAST(ts AS DATE) AS day_of_events,
    COUNT(*) AS events
    FROM staging_events
    WHERE ts >= (CAST($first_moment AS TIMESTAMP) + INTERVAL (-29) DAY)
    AND ts <= $last_moment
    GROUP BY 1),
followed AS (SELECT day_of_events,
    events,
    LEAD(day_of_events) OVER (ORDER BY day_of_events) AS next_day
    FROM days),
usual AS (SELECT followed.day_of_events,
    followed.events,
    followed.next_day,
    COUNT(*) AS days_before,
    AVG(CAST(earlier.events AS DOUBLE)) AS average
    FROM followed
    INNER JOIN days AS earlier
    ON followed.day_of_events > earlier.day_of_events
    AND followed.day_of_events - 28 <= earlier.day_of_events
    GROUP BY 1,
    2,
    3)
SELECT day_of_events,
events,
ROUND(average) AS usual_events
FROM usual
WHERE days_before >= 3
AND events < average / 5
AND next_day >= CAST($first_moment AS DATE)
