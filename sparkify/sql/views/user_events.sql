-- One row per event of a user, however often it was received.
-- Events without a user are not here. If versions of an event differ, the smallest value counts;
-- timestamp and user never differ.
create view user_events as

select
    -- Id of the event: session_id * 1000000 + item_in_session. A play's is its songplay_id.
    sessionid * 1000000 + iteminsession as event_id,
    -- The session of the event.
    sessionid as session_id,
    -- Number of the event within its session, from 0.
    iteminsession as item_in_session,
    -- Timestamp of the event, in UTC.
    min(ts) as occurred_at,
    -- The user of the event.
    min(userid) as user_id,
    -- The user's plan at that time, free or paid; null where the log has none.
    min(nullif(trim(both ' ' from level), '')) as level,
    -- NextSong if a song was started, else the page that was opened; null where the log has none.
    min(page) as page

from staging_events

where userid is not null

group by 1, 2, 3
