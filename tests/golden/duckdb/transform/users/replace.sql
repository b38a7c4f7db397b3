DELETE
FROM users
USING chosen_users
WHERE users.user_id = chosen_users.user_id
