-- One row per event that is a step of a user from one level to the other, and per arrival there.
create view level_steps as

select
    -- From which level to which: free to paid, or paid to free.
    'free to paid' as direction,
    -- Which step on that way: 1 to be at the first level, 2 to open the page, 3 to arrive.
    1 as step,
    -- The step in words, like opens Upgrade.
    'is free' as step_name,
    -- Who took it.
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
