-- No row: the view user_events is gone.
drop view if exists user_events
