-- No row: artists is empty, to be filled anew from staging.
delete from artists
