CREATE VIEW daily_activity AS
WITH first_days AS (SELECT user_id,
    MIN(CAST(occurred_at AS DATE)) AS first_day
    FROM user_events
    GROUP BY 1)
SELECT CAST(user_events.occurred_at AS DATE) AS activity_date,
COUNT(CASE
    WHEN user_events.page = 'NextSong' THEN 1 END) AS plays,
COUNT(DISTINCT user_events.user_id) AS users,
COUNT(DISTINCT user_events.session_id) AS sessions,
COUNT(DISTINCT CASE
    WHEN CAST(user_events.occurred_at AS DATE) = first_days.first_day THEN user_events.user_id END) AS new_users,
COUNT(CASE
    WHEN user_events.page = 'NextSong'
    AND user_events.level = 'paid' THEN 1 END) AS paid_plays,
COUNT(CASE
    WHEN user_events.page = 'NextSong'
    AND user_events.level = 'free' THEN 1 END) AS free_plays,
COUNT(DISTINCT CASE
    WHEN user_events.level = 'paid' THEN user_events.user_id END) AS paid_users,
COUNT(DISTINCT CASE
    WHEN user_events.level = 'free' THEN user_events.user_id END) AS free_users
FROM user_events
INNER JOIN first_days
ON user_events.user_id = first_days.user_id
GROUP BY 1
