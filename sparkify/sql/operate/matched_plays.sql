-- One row: the number of plays, and of those whose song is in the catalogue.
select
    count(*) as plays,
    count(song_id) as matched
from songplays
