-- One row per step from one plan to the other: how many users ever took it.
create view level_funnel as

select
    -- The change of plan: free to paid, or paid to free.
    direction,
    -- Number of the step, 1 to 3.
    step,
    -- Name of the step, like opens Upgrade.
    step_name,
    -- Number of users who ever took it.
    count(distinct user_id) as users

from level_steps

group by 1, 2, 3
