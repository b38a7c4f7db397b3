-- No row: the view titled_plays is gone.
drop view if exists titled_plays
