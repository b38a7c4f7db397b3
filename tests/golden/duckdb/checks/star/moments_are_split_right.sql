SELECT start_time,
hour,
day,
week,
month,
year,
weekday
FROM "time"
WHERE start_time BETWEEN $first_moment
AND $last_moment
AND (NOT hour BETWEEN 0
    AND 23
    OR NOT week BETWEEN 1
    AND 53
    OR NOT weekday BETWEEN 0
    AND 6
    OR year * 10000 + month * 100 + day <> EXTRACT(YEAR
        FROM start_time) * 10000 + EXTRACT(MONTH
        FROM start_time) * 100 + EXTRACT(DAY
        FROM start_time))
