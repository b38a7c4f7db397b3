-- One row per plan: listeners, sessions and plays of the period.
-- A user who changed plan counts for both.
select
    level,
    count(distinct user_id) as listeners,
    count(distinct session_id) as sessions,
    count(*) as plays

from songplays

where
    start_time >= :period_start
    and start_time < :period_end
    and level is not null

group by 1

order by 1
