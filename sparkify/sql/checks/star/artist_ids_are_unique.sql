-- Every artist_id occurs once.
select
    artist_id,
    count(*) as occurrences

from artists

group by 1

having count(*) > 1
