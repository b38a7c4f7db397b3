-- Every songplay_id occurs once.
select
    songplay_id,
    count(*) as occurrences

from songplays

group by 1

having count(*) > 1
