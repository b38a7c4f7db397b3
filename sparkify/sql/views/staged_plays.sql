-- One row per play in staging, in its current version: an event of a user that starts a song.
-- Only this view defines which events are plays and how a play is numbered.
create view staged_plays as

select
    session_id * 1000000 + item_in_session as songplay_id,
    occurred_at as start_time,
    user_id,
    level,
    session_id,
    location,
    user_agent,
    item_in_session,
    received_title,
    received_artist_name,
    duration,
    loaded_at

from current_events

where page = 'NextSong'
