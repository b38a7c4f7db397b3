-- One row per week of first play and week since then: weekly retention.
-- Weeks begin on Monday. All users of a cohort are active in week 0.
create view retention as

with

active_weeks as (

    select distinct
        user_id,
        cast(date_trunc('week', start_time) as date) as active_week

    from songplays

),

cohorts as (

    select
        user_id,
        min(active_week) as cohort_week

    from active_weeks

    group by 1

),

cohort_sizes as (

    select
        cohort_week,
        count(*) as cohort_users

    from cohorts

    group by 1

),

weeks as (

    select distinct active_week
    from active_weeks

),

activity as (

    select
        cohorts.cohort_week,
        active_weeks.active_week,
        count(*) as active_users

    from cohorts

    inner join active_weeks
        on cohorts.user_id = active_weeks.user_id

    group by 1, 2

)

select
    -- Monday of the week of the users' first play.
    cohort_sizes.cohort_week,
    -- Number of weeks since then, 0 for that week.
    cast(datediff(day, cohort_sizes.cohort_week, weeks.active_week) / 7 as integer)
        as weeks_since,
    -- Number of users whose first play was in that week.
    cohort_sizes.cohort_users,
    -- Number of them who played that many weeks later.
    coalesce(activity.active_users, 0) as active_users

from cohort_sizes

inner join weeks
    on cohort_sizes.cohort_week <= weeks.active_week

left join activity
    on
        cohort_sizes.cohort_week = activity.cohort_week
        and weeks.active_week = activity.active_week
