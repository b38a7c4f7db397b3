MERGE INTO users
USING chosen_users
ON users.user_id = chosen_users.user_id
WHEN MATCHED THEN UPDATE
SET first_name = chosen_users.first_name,
last_name = chosen_users.last_name,
gender = chosen_users.gender,
level = chosen_users.level,
last_event_at = chosen_users.last_event_at,
last_event_id = chosen_users.last_event_id
WHEN NOT MATCHED THEN INSERT (user_id, first_name, last_name, gender, level, last_event_at, last_event_id)
VALUES (chosen_users.user_id, chosen_users.first_name, chosen_users.last_name, chosen_users.gender, chosen_users.level, chosen_users.last_event_at, chosen_users.last_event_id)
