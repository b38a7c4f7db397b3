INSERT INTO "time" (start_time, hour, day, week, month, year, weekday)
WITH moments AS (SELECT DISTINCT start_time
    FROM staged_plays
    WHERE loaded_at = $loaded_at)
SELECT moments.start_time,
EXTRACT(HOUR
    FROM moments.start_time) AS hour,
EXTRACT(DAY
    FROM moments.start_time) AS day,
EXTRACT(WEEK
    FROM moments.start_time) AS week,
EXTRACT(MONTH
    FROM moments.start_time) AS month,
EXTRACT(YEAR
    FROM moments.start_time) AS year,
EXTRACT(DAYOFWEEK
    FROM moments.start_time) AS weekday
FROM moments
WHERE NOT EXISTS(SELECT 1
    FROM "time"
    WHERE "time".start_time = moments.start_time
    AND "time".start_time >= (SELECT MIN(staged_plays.start_time)
        FROM staged_plays
        WHERE staged_plays.loaded_at = $loaded_at)
    AND "time".start_time <= (SELECT MAX(staged_plays.start_time)
        FROM staged_plays
        WHERE staged_plays.loaded_at = $loaded_at))
