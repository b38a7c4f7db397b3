-- One row per week of first play in the period and week since then, up to its end.
-- Only the 26 latest weeks of first play; cohorts is the number of all. starts_with_data is true
-- for the first week with plays at all: its users may have played before the data begins.
with

weeks as (

    select
        cohort_week,
        weeks_since,
        cohort_users,
        active_users,
        cohort_week = min(cohort_week) over () as starts_with_data

    from retention

),

period_weeks as (

    select
        cohort_week,
        weeks_since,
        cohort_users,
        active_users,
        starts_with_data,
        dense_rank() over (order by cohort_week desc) as weeks_back,
        count(case when weeks_since = 0 then 1 end) over () as cohorts

    from weeks

    where
        cohort_week + 6 >= :period_start
        and cohort_week < :period_end
        and cohort_week + weeks_since * 7 < :period_end

)

select
    cohort_week,
    weeks_since,
    cohort_users,
    active_users,
    starts_with_data,
    cast(cohorts as integer) as cohorts

from period_weeks

where weeks_back <= 26

order by
    1,
    2
