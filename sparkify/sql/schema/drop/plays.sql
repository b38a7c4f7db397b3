-- No row: the view plays is gone.
drop view if exists plays
