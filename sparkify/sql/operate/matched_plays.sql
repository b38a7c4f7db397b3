-- One row: how many plays there are, and of how many the song is known.
select
    count(*) as plays,
    count(song_id) as matched
from songplays
