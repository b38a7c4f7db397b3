DROP VIEW IF EXISTS user_events
