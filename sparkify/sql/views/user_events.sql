-- One row per event of a user, in its current version, however often it was received.
-- Events without a user are not here.
create view user_events as

select
    -- Id of the event: session_id * 1000000 + item_in_session. A play's is its songplay_id. Only
    -- with user_id it is unique, since users can share a number of a session.
    session_id * 1000000 + item_in_session as event_id,
    -- The session of the event.
    session_id,
    -- Number of the event within its session, from 0.
    item_in_session,
    -- Timestamp of the event, in UTC.
    occurred_at,
    -- The user of the event.
    user_id,
    -- The user's plan at that time, free or paid; null where the log has none.
    level,
    -- NextSong if a song was started, else the page that was opened; null where the log has none.
    page,
    -- The user's location, like San Jose-Sunnyvale-Santa Clara, CA; null where the log has none.
    location,
    -- The browser's user agent; null where the log has none.
    user_agent

from current_events
