-- No row: the view top_artists is gone.
drop view if exists top_artists
