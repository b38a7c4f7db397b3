WITH played AS (SELECT COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS listeners,
    COUNT(DISTINCT session_id) AS sessions,
    COUNT(CASE
        WHEN level = 'paid' THEN 1 END) AS paid_plays,
    COUNT(song_id) AS matched_plays
    FROM songplays
    WHERE start_time >= $period_start
    AND start_time < $period_end),
first_plays AS (SELECT user_id,
    MIN(start_time) AS first_play_at
    FROM songplays
    GROUP BY 1),
newcomers AS (SELECT COUNT(*) AS new_listeners
    FROM first_plays
    WHERE first_play_at >= $period_start
    AND first_play_at < $period_end)
SELECT played.plays,
played.listeners,
newcomers.new_listeners,
played.sessions,
played.paid_plays,
played.matched_plays
FROM played CROSS
JOIN newcomers
