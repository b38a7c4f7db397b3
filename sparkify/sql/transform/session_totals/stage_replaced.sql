-- One row per session with earlier events that the batch corrects: what their former versions were.
-- Their numbers are below 0.
-- All versions of an event have its timestamp, so the first and the last event stay.
insert into batch_sessions (session_id, user_id, started_at, ended_at, plays, pages)

select
    previous_events.session_id,
    previous_events.user_id,
    min(previous_events.occurred_at) as started_at,
    max(previous_events.occurred_at) as ended_at,
    -count(case when previous_events.page = 'NextSong' then 1 end) as plays,
    -count(case when previous_events.page != 'NextSong' then 1 end) as pages

from previous_events

inner join repeated_events
    on
        previous_events.session_id = repeated_events.session_id
        and previous_events.item_in_session = repeated_events.item_in_session
        and previous_events.user_id = repeated_events.user_id

where repeated_events.loaded_at = :loaded_at

group by 1, 2
