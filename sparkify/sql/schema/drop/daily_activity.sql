-- No row: the view daily_activity is gone.
drop view if exists daily_activity
