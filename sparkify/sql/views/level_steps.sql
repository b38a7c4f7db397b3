-- One row per event of a user that is a step from one plan to the other.
create view level_steps as

select
    -- The change of plan: free to paid, or paid to free.
    'free to paid' as direction,
    -- Number of the step: 1 has the first plan, 2 opens the page, 3 has the second plan.
    1 as step,
    -- Name of the step, like opens Upgrade.
    'is free' as step_name,
    -- The user who took it.
    user_id,
    -- When, in UTC.
    occurred_at as taken_at

from user_events

where level = 'free'

union all

select
    'free to paid' as direction,
    2 as step,
    'opens Upgrade' as step_name,
    user_id,
    occurred_at as taken_at

from user_events

where
    level = 'free'
    and page = 'Upgrade'

union all

select
    'free to paid' as direction,
    3 as step,
    'becomes paid' as step_name,
    user_id,
    valid_from as taken_at

from user_levels

where
    level = 'paid'
    and previous_level = 'free'

union all

select
    'paid to free' as direction,
    1 as step,
    'is paid' as step_name,
    user_id,
    occurred_at as taken_at

from user_events

where level = 'paid'

union all

select
    'paid to free' as direction,
    2 as step,
    'opens Downgrade' as step_name,
    user_id,
    occurred_at as taken_at

from user_events

where
    level = 'paid'
    and page = 'Downgrade'

union all

select
    'paid to free' as direction,
    3 as step,
    'becomes free' as step_name,
    user_id,
    valid_from as taken_at

from user_levels

where
    level = 'free'
    and previous_level = 'paid'
