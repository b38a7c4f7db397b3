-- One row per week (from Monday) of the period with plays: plays by plan, and listeners.
select
    cast(date_trunc('week', start_time) as date) as start_date,
    count(*) as plays,
    count(case when level = 'paid' then 1 end) as paid_plays,
    count(case when level = 'free' then 1 end) as free_plays,
    count(distinct user_id) as listeners

from songplays

where
    start_time >= :period_start
    and start_time < :period_end

group by 1

order by 1
