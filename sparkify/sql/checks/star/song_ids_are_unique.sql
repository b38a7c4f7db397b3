-- Every song_id occurs once.
select
    song_id,
    count(*) as occurrences

from songs

group by 1

having count(*) > 1
