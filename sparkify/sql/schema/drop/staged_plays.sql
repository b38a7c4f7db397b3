-- No row: the view staged_plays is gone.
drop view if exists staged_plays
