-- No row: the table songs is gone.
drop table if exists songs
