-- No row: the view matches is gone.
drop view if exists matches
