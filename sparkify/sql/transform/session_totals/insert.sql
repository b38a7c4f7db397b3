-- One row per session of the batch, with its events before the batch and in it.
insert into session_totals (session_id, user_id, started_at, ended_at, plays, pages)

select
    session_id,
    user_id,
    min(started_at) as started_at,
    max(ended_at) as ended_at,
    sum(plays) as plays,
    sum(pages) as pages

from batch_sessions

group by 1, 2
