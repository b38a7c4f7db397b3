-- One row per event of a user, in its current version. All versions of an event have its timestamp:
-- compared as well, it carries a filter on occurred_at to both tables.
create view current_events as

select
    cleaned_events.session_id,
    cleaned_events.item_in_session,
    cleaned_events.user_id,
    cleaned_events.occurred_at,
    cleaned_events.level,
    cleaned_events.page,
    cleaned_events.first_name,
    cleaned_events.last_name,
    cleaned_events.gender,
    cleaned_events.location,
    cleaned_events.user_agent,
    cleaned_events.received_title,
    cleaned_events.received_artist_name,
    cleaned_events.duration,
    cleaned_events.loaded_at

from cleaned_events

left join repeated_events
    on
        cleaned_events.session_id = repeated_events.session_id
        and cleaned_events.item_in_session = repeated_events.item_in_session
        and cleaned_events.user_id = repeated_events.user_id
        and cleaned_events.occurred_at = repeated_events.occurred_at

where repeated_events.user_id is null

union all

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
    duration,
    loaded_at

from repeated_events
