SELECT session_id,
item_in_session,
moment,
user_id
FROM contradicting_events
ORDER BY 1,
2,
3,
4
