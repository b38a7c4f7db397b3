CREATE VIEW level_steps AS
SELECT 'free to paid' AS direction,
1 AS step,
'is free' AS step_name,
user_id,
occurred_at AS taken_at
FROM user_events
WHERE level = 'free'
UNION ALL
SELECT 'free to paid' AS direction,
2 AS step,
'opens Upgrade' AS step_name,
user_id,
occurred_at AS taken_at
FROM user_events
WHERE level = 'free'
AND page = 'Upgrade'
UNION ALL
SELECT 'free to paid' AS direction,
3 AS step,
'becomes paid' AS step_name,
user_id,
valid_from AS taken_at
FROM user_levels
WHERE level = 'paid'
AND previous_level = 'free'
UNION ALL
SELECT 'paid to free' AS direction,
1 AS step,
'is paid' AS step_name,
user_id,
occurred_at AS taken_at
FROM user_events
WHERE level = 'paid'
UNION ALL
SELECT 'paid to free' AS direction,
2 AS step,
'opens Downgrade' AS step_name,
user_id,
occurred_at AS taken_at
FROM user_events
WHERE level = 'paid'
AND page = 'Downgrade'
UNION ALL
SELECT 'paid to free' AS direction,
3 AS step,
'becomes free' AS step_name,
user_id,
valid_from AS taken_at
FROM user_levels
WHERE level = 'free'
AND previous_level = 'paid'
