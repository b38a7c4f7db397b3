-- One row per plan: listeners, sessions and plays of the period.
-- A user who changed plan counts for both. Users can share a number of a session.
with

user_sessions as (

    select
        level,
        user_id,
        session_id,
        count(*) as plays

    from songplays

    where
        start_time >= :period_start
        and start_time < :period_end
        and level is not null

    group by 1, 2, 3

)

select
    level,
    count(distinct user_id) as listeners,
    count(*) as sessions,
    cast(sum(plays) as bigint) as plays

from user_sessions

group by 1

order by 1
