WITH shares AS (SELECT CASE
    WHEN start_time BETWEEN $first_moment
    AND $last_moment THEN 'delivered' ELSE 'before' END AS delivery,
    COUNT(*) AS plays,
    AVG(CASE
        WHEN song_id IS NULL THEN 0.0 ELSE 1.0 END) AS matched_share
    FROM songplays
    WHERE start_time >= (CAST($first_moment AS TIMESTAMP) + INTERVAL (-28) DAY)
    AND start_time <= $last_moment
    GROUP BY 1)
SELECT delivered.plays,
delivered.matched_share,
before.matched_share AS matched_share_before
FROM shares AS delivered
INNER JOIN shares AS before
ON delivered.delivery <> before.delivery
WHERE delivered.delivery = 'delivered'
AND delivered.plays >= 100
AND before.plays >= 100
AND delivered.matched_share < before.matched_share / 2
