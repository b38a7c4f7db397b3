-- One row per repeated event of the batch that was loaded before it: its version until then.
create temporary table previous_events as

select
    current_events.session_id,
    current_events.item_in_session,
    current_events.user_id,
    current_events.occurred_at,
    current_events.level,
    current_events.page,
    current_events.first_name,
    current_events.last_name,
    current_events.gender,
    current_events.location,
    current_events.user_agent,
    current_events.received_title,
    current_events.received_artist_name,
    current_events.duration

from batch_repeated_events

inner join current_events
    on
        batch_repeated_events.session_id = current_events.session_id
        and batch_repeated_events.item_in_session = current_events.item_in_session
        and batch_repeated_events.user_id = current_events.user_id

where
    current_events.loaded_at != :loaded_at
    and current_events.session_id between :first_session and :last_session
