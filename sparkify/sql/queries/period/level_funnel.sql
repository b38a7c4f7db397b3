-- One row per step from one plan to the other: how many users took it in the period.
select
    direction,
    step,
    step_name,
    count(distinct user_id) as users

from level_steps

where
    taken_at >= :period_start
    and taken_at < :period_end

group by 1, 2, 3

order by
    1,
    2
