-- One row per play as received: an event of a user that starts a song.
-- Only this view defines which events are plays and how a play is numbered.
create view staged_plays as

select
    sessionid * 1000000 + iteminsession as songplay_id,
    ts as start_time,
    userid as user_id,
    nullif(trim(both ' ' from level), '') as level,
    sessionid as session_id,
    nullif(trim(both ' ' from location), '') as location,
    nullif(trim(both ' "' from useragent), '') as user_agent,
    iteminsession as item_in_session,
    song as received_title,
    artist as received_artist_name,
    length as duration,
    loaded_at

from staging_events

where
    page = 'NextSong'
    and userid is not null
