-- Every songplay_id occurs once for a user.
select
    songplay_id,
    user_id,
    count(*) as occurrences

from songplays

where start_time between :first_start_time and :last_start_time

group by 1, 2

having count(*) > 1
