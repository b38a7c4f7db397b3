-- One row: the number of events whose current version differs from the one before the batch.
with

changed as (

    select
        repeated_events.session_id,
        repeated_events.item_in_session,
        repeated_events.user_id,
        repeated_events.occurred_at,
        repeated_events.level,
        repeated_events.page,
        repeated_events.first_name,
        repeated_events.last_name,
        repeated_events.gender,
        repeated_events.location,
        repeated_events.user_agent,
        repeated_events.received_title,
        repeated_events.received_artist_name,
        repeated_events.duration

    from previous_events

    inner join repeated_events
        on
            previous_events.session_id = repeated_events.session_id
            and previous_events.item_in_session = repeated_events.item_in_session
            and previous_events.user_id = repeated_events.user_id

    except

    select
        session_id,
        item_in_session,
        user_id,
        occurred_at,
        level,
        page,
        first_name,
        last_name,
        gender,
        location,
        user_agent,
        received_title,
        received_artist_name,
        duration

    from previous_events

)

select count(*) as changed
from changed
