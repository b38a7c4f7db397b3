INSERT INTO users (user_id, first_name, last_name, gender, level, last_event_at, last_event_id)
SELECT chosen_users.user_id,
chosen_users.first_name,
chosen_users.last_name,
chosen_users.gender,
chosen_users.level,
chosen_users.last_event_at,
chosen_users.last_event_id
FROM chosen_users
