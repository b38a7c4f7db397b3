-- Every number of a session belongs to one user.
-- Else songplay_id is unique only together with user_id: join and count plays by both.
-- severity: warn
-- each: session {session_id} has {users:user} and {plays:play}
-- try: nothing is wrong with the plays; join and count them by songplay_id and user_id
select
    session_id,
    count(distinct user_id) as users,
    count(*) as plays

from songplays

where start_time between :first_start_time and :last_start_time

group by 1

having min(user_id) != max(user_id)
