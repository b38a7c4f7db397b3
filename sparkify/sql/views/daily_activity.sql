-- One row per day (UTC) with events of users: active users, sessions and plays.
-- new_users had no event before that day. A user who changes plan counts in paid_users and in
-- free_users on that day, and once in users.
create view daily_activity as

with

first_days as (

    select
        user_id,
        min(cast(occurred_at as date)) as first_day

    from user_events

    group by 1

),

user_sessions as (

    select distinct
        cast(occurred_at as date) as activity_date,
        user_id,
        session_id

    from user_events

),

sessions_by_day as (

    select
        activity_date,
        count(*) as sessions

    from user_sessions

    group by 1

)

select
    -- The day, in UTC.
    cast(user_events.occurred_at as date) as activity_date,
    -- Number of songs started.
    count(case when user_events.page = 'NextSong' then 1 end) as plays,
    -- Number of active users.
    count(distinct user_events.user_id) as users,
    -- Number of sessions with an event.
    max(sessions_by_day.sessions) as sessions,
    -- Number of active users without an event before that day.
    count(
        distinct case
            when cast(user_events.occurred_at as date) = first_days.first_day
                then user_events.user_id
        end
    ) as new_users,
    -- Number of songs started by users on the paid plan.
    count(
        case when user_events.page = 'NextSong' and user_events.level = 'paid' then 1 end
    ) as paid_plays,
    -- Number of songs started by users on the free plan.
    count(
        case when user_events.page = 'NextSong' and user_events.level = 'free' then 1 end
    ) as free_plays,
    -- Number of active users on the paid plan.
    count(distinct case when user_events.level = 'paid' then user_events.user_id end)
        as paid_users,
    -- Number of active users on the free plan.
    count(distinct case when user_events.level = 'free' then user_events.user_id end)
        as free_users

from user_events

inner join first_days
    on user_events.user_id = first_days.user_id

inner join sessions_by_day
    on cast(user_events.occurred_at as date) = sessions_by_day.activity_date

group by 1
