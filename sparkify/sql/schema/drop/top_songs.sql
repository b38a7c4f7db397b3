-- No row: the view top_songs is gone.
drop view if exists top_songs
