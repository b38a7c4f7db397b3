-- One row per session of the batch that is known from before it, as it was then.
-- Known ones are looked for between the batch's first and last session.
insert into batch_sessions (session_id, user_id, started_at, ended_at, plays, pages)

select
    session_totals.session_id,
    session_totals.user_id,
    session_totals.started_at,
    session_totals.ended_at,
    session_totals.plays,
    session_totals.pages

from session_totals

inner join batch_sessions
    on
        session_totals.session_id = batch_sessions.session_id
        and session_totals.user_id = batch_sessions.user_id

where session_totals.session_id between :first_session and :last_session
