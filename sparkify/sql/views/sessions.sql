-- One row per session of a user: when it began and ended, the songs started and the pages opened.
-- ended_at is the timestamp of the last event; the log does not contain when the user left.
create view sessions as

select
    -- Id of the session.
    session_id,
    -- The user of the session.
    user_id,
    -- Timestamp of its first event, in UTC.
    min(occurred_at) as started_at,
    -- Timestamp of its last event, in UTC.
    max(occurred_at) as ended_at,
    -- Number of songs started in it.
    count(case when page = 'NextSong' then 1 end) as plays,
    -- Number of other pages opened in it.
    count(case when page != 'NextSong' then 1 end) as pages

from user_events

group by 1, 2
