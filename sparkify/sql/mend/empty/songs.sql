-- No row: songs is empty, to be filled anew from staging.
delete from songs
