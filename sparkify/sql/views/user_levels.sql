-- One row per stretch of time in which a user had one level: free, paid, free is three rows.
-- valid_from is their first event at that level; valid_to, their first at the next, is null while
-- the level is current.
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
    -- Whose level it is.
    user_id,
    -- The level, free or paid.
    level,
    -- The level before it; null for the first of a user.
    previous_level,
    -- Moment of the user's first event at the level, in UTC.
    valid_from,
    -- Moment of the user's first event at the next level, in UTC; null while there is none.
    valid_to,
    -- Whether it is the user's level now, as far as is known.
    valid_to is null as current

from turns
