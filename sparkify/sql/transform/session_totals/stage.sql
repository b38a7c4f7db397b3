-- One row per session of a user in the batch: what the current versions of its events add to it.
create temporary table batch_sessions as

select
    session_id,
    user_id,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    count(case when page = 'NextSong' then 1 end) as plays,
    count(case when page != 'NextSong' then 1 end) as pages

from current_events

where loaded_at = :loaded_at

group by 1, 2
