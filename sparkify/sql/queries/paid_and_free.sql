-- One row per plan: users and plays.
select
    level,
    count(distinct user_id) as users,
    count(*) as plays

from songplays

group by 1

order by 3 desc, 1 asc
