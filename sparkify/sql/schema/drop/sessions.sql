-- No row: the view sessions is gone.
drop view if exists sessions
