-- One row per session of a user: when it began and ended, the songs started and the pages opened.
-- ended_at is the moment of the last event; how long somebody stayed after it nobody logged.
create view sessions as

select
    session_id,
    user_id,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    count(case when page = 'NextSong' then 1 end) as plays,
    count(case when page != 'NextSong' then 1 end) as pages

from user_events

group by 1, 2
