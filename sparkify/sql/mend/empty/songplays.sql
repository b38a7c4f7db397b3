-- No row: songplays is empty, to be filled anew from staging.
delete from songplays
