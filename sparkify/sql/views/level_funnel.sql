-- One row per step from one level to the other: how many users ever took it.
create view level_funnel as

select
    direction,
    step,
    step_name,
    count(distinct user_id) as users

from level_steps

group by 1, 2, 3
