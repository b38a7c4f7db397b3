CREATE VIEW sessions AS
SELECT session_id,
user_id,
MIN(occurred_at) AS started_at,
MAX(occurred_at) AS ended_at,
COUNT(CASE
    WHEN page = 'NextSong' THEN 1 END) AS plays,
COUNT(CASE
    WHEN page <> 'NextSong' THEN 1 END) AS pages
FROM user_events
GROUP BY 1,
2
