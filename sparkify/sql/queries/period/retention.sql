-- One row per week of first play and week since then, up to the period's end: weekly retention.
-- Only the twelve latest weeks of first play.
with

weeks as (

    select
        cohort_week,
        weeks_since,
        cohort_users,
        active_users,
        dense_rank() over (order by cohort_week desc) as weeks_back

    from retention

    where
        cohort_week < :period_end
        and cohort_week + weeks_since * 7 < :period_end

)

select
    cohort_week,
    weeks_since,
    cohort_users,
    active_users

from weeks

where weeks_back <= 12

order by
    1,
    2
