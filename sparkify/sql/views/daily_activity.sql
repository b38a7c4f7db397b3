-- One row per day (UTC) with events of users: active users, sessions and plays.
-- new_users had no event before that day. A user who changes plan counts in paid_users and in
-- free_users on that day, and once in users.
create view daily_activity as

with

session_days as (

    select
        cast(occurred_at as date) as activity_date,
        user_id,
        session_id,
        count(case when page = 'NextSong' then 1 end) as plays,
        count(case when page = 'NextSong' and level = 'paid' then 1 end) as paid_plays,
        count(case when page = 'NextSong' and level = 'free' then 1 end) as free_plays,
        count(case when level = 'paid' then 1 end) as paid_events,
        count(case when level = 'free' then 1 end) as free_events

    from user_events

    group by 1, 2, 3

)

select
    -- The day, in UTC.
    session_days.activity_date,
    -- Number of songs started.
    cast(sum(session_days.plays) as bigint) as plays,
    -- Number of active users.
    count(distinct session_days.user_id) as users,
    -- Number of sessions with an event.
    count(*) as sessions,
    -- Number of active users without an event before that day.
    count(
        distinct case
            when session_days.activity_date = cast(users.first_event_at as date)
                then session_days.user_id
        end
    ) as new_users,
    -- Number of songs started by users on the paid plan.
    cast(sum(session_days.paid_plays) as bigint) as paid_plays,
    -- Number of songs started by users on the free plan.
    cast(sum(session_days.free_plays) as bigint) as free_plays,
    -- Number of active users on the paid plan.
    count(distinct case when session_days.paid_events > 0 then session_days.user_id end)
        as paid_users,
    -- Number of active users on the free plan.
    count(distinct case when session_days.free_events > 0 then session_days.user_id end)
        as free_users

from session_days

inner join users
    on session_days.user_id = users.user_id

group by 1
