-- One row per session of a user: when it began and ended, the songs started and the pages opened.
-- ended_at is the moment of the last event; how long somebody stayed after it nobody logged.
create view sessions as

select
    -- Id of the session.
    session_id,
    -- Whose it is.
    user_id,
    -- Moment of its first event, in UTC.
    min(occurred_at) as started_at,
    -- Moment of its last event, in UTC.
    max(occurred_at) as ended_at,
    -- How many songs were started in it.
    count(case when page = 'NextSong' then 1 end) as plays,
    -- How many other pages were opened in it.
    count(case when page != 'NextSong' then 1 end) as pages

from user_events

group by 1, 2
