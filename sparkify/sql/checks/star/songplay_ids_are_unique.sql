-- Every songplay_id occurs once.
select
    songplay_id,
    count(*) as occurrences

from songplays

where start_time between :first_moment and :last_moment

group by 1

having count(*) > 1
