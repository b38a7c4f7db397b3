-- No row: the table songplays is gone.
drop table if exists songplays
