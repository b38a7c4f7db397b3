-- One row per event of a user, however often it was delivered.
-- What somebody did logged out belongs to nobody and is not here. Where the versions of an event
-- differ the smallest value counts; in moment and user they cannot.
create view user_events as

select
    -- Id of the event: session_id * 1000000 + item_in_session. A play's is its songplay_id.
    sessionid * 1000000 + iteminsession as event_id,
    -- The session in which it was done.
    sessionid as session_id,
    -- Place of the event in its session, counted from 0.
    iteminsession as item_in_session,
    -- Moment of the event, in UTC.
    min(ts) as occurred_at,
    -- Who did it.
    min(userid) as user_id,
    -- The user's subscription at that moment, free or paid; null where the log has none.
    min(nullif(trim(both ' ' from level), '')) as level,
    -- What was done: NextSong for a song that was started, else the page opened; null where the log
    -- has none.
    min(page) as page

from staging_events

where userid is not null

group by 1, 2, 3
