DROP TABLE chosen_users
