-- No row: the view known_titles is gone.
drop view if exists known_titles
