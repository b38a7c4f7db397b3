DROP VIEW IF EXISTS daily_activity
