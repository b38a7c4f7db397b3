-- One row: the first and last session of the batch's users, and start time of its plays.
-- Null if it has none.
select
    min(session_id) as first_session,
    max(session_id) as last_session,
    min(case when page = 'NextSong' then occurred_at end) as first_start_time,
    max(case when page = 'NextSong' then occurred_at end) as last_start_time

from cleaned_events

where loaded_at = :loaded_at
