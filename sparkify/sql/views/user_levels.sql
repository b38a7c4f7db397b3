-- One row per period in which a user had one plan: free, paid, free is three rows.
-- valid_from is the first event with that plan; valid_to is the first event with the next plan,
-- null while the plan is current.
create view user_levels as

with

levels as (

    select
        user_id,
        level,
        occurred_at,
        event_id,
        lag(level) over (
            partition by user_id
            order by
                occurred_at,
                event_id
        ) as previous_level

    from user_events

    where level is not null

),

turns as (

    select
        user_id,
        level,
        previous_level,
        occurred_at as valid_from,
        lead(occurred_at) over (
            partition by user_id
            order by
                occurred_at,
                event_id
        ) as valid_to

    from levels

    where
        previous_level is null
        or previous_level != level

)

select
    -- The user.
    user_id,
    -- The plan, free or paid.
    level,
    -- The plan before it; null for the first one of a user.
    previous_level,
    -- Timestamp of the user's first event with the plan, in UTC.
    valid_from,
    -- Timestamp of the user's first event with the next plan, in UTC; null while there is none.
    valid_to,
    -- True for the plan of the user's latest event.
    valid_to is null as current

from turns
