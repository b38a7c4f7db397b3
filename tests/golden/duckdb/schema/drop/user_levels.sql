DROP VIEW IF EXISTS user_levels
