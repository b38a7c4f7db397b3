-- No row: the table staging_songs is gone.
drop table if exists staging_songs
