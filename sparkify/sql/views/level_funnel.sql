-- One row per step from one level to the other: how many users ever took it.
create view level_funnel as

select
    -- From which level to which: free to paid, or paid to free.
    direction,
    -- Which step on that way, 1 to 3.
    step,
    -- The step in words, like opens Upgrade.
    step_name,
    -- How many users ever took it.
    count(distinct user_id) as users

from level_steps

group by 1, 2, 3
