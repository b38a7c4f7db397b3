-- One row per event of a user whose plan is known, with the plan of the event before it.
select
    user_id,
    occurred_at,
    level,
    location,
    user_agent,
    lag(level) over (
        partition by user_id
        order by
            occurred_at,
            event_id
    ) as previous_level

from user_events

where level is not null
