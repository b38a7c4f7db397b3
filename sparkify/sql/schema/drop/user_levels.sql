-- No row: the view user_levels is gone.
drop view if exists user_levels
