-- One row per user, session, hour (UTC), state and plan with plays in the period, and the day of
-- the user's first play. One row more than the explorer of the report takes, if there are more.
with

first_plays as (

    select
        user_id,
        cast(min(start_time) as date) as first_date

    from songplays

    group by 1

),

visits as (

    select
        user_id,
        session_id,
        date_trunc('hour', start_time) as utc_hour,
        split_part(split_part(location, ', ', 2), '-', 1) as state,
        level,
        count(*) as plays

    from songplays

    where
        start_time >= :period_start
        and start_time < :period_end

    group by 1, 2, 3, 4, 5

    order by
        1,
        2,
        3,
        4,
        5

    limit 12001

)

select
    visits.user_id,
    visits.session_id,
    visits.utc_hour,
    visits.state,
    visits.level,
    visits.plays,
    first_plays.first_date

from visits

inner join first_plays
    on visits.user_id = first_plays.user_id
