-- One row: free users of the period, how many of them became paid in it, and the median number of
-- days from a user's first event to that; null if nobody became paid.
with

free_users as (

    select count(distinct user_id) as free_users

    from level_steps

    where
        step_name = 'is free'
        and taken_at >= :period_start
        and taken_at < :period_end

),

upgrades as (

    select
        user_id,
        min(valid_from) as upgraded_at

    from user_levels

    where
        level = 'paid'
        and previous_level = 'free'
        and valid_from >= :period_start
        and valid_from < :period_end

    group by 1

),

waits as (

    select cast(upgrades.upgraded_at as date) - cast(users.first_event_at as date) as days

    from upgrades

    inner join users
        on upgrades.user_id = users.user_id

),

upgraded as (

    select
        count(*) as upgraded_users,
        cast(percentile_cont(0.5) within group (order by days) as double precision) as median_days

    from waits

)

select
    free_users.free_users,
    upgraded.upgraded_users,
    upgraded.median_days

from free_users

cross join upgraded
