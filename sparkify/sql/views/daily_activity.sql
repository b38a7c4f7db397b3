-- One row per day (UTC) on which a user did anything: who came, and what they played.
-- new_users are those who were never seen before. Somebody who changes level is in paid_users and
-- in free_users on that day, and once in users.
create view daily_activity as

with

first_days as (

    select
        user_id,
        min(cast(occurred_at as date)) as first_day

    from user_events

    group by 1

)

select
    -- The day, in UTC.
    cast(user_events.occurred_at as date) as activity_date,
    -- How many songs were started.
    count(case when user_events.page = 'NextSong' then 1 end) as plays,
    -- How many users did anything.
    count(distinct user_events.user_id) as users,
    -- How many sessions had an event.
    count(distinct user_events.session_id) as sessions,
    -- How many of the users were never seen before.
    count(
        distinct case
            when cast(user_events.occurred_at as date) = first_days.first_day
                then user_events.user_id
        end
    ) as new_users,
    -- How many songs were started by users who were paid then.
    count(
        case when user_events.page = 'NextSong' and user_events.level = 'paid' then 1 end
    ) as paid_plays,
    -- How many songs were started by users who were free then.
    count(
        case when user_events.page = 'NextSong' and user_events.level = 'free' then 1 end
    ) as free_plays,
    -- How many users did anything while they were paid.
    count(distinct case when user_events.level = 'paid' then user_events.user_id end)
        as paid_users,
    -- How many users did anything while they were free.
    count(distinct case when user_events.level = 'free' then user_events.user_id end)
        as free_users

from user_events

inner join first_days
    on user_events.user_id = first_days.user_id

group by 1
