DELETE
FROM songplays
