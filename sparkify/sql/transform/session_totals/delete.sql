-- One row per known session of the batch, deleted before it is inserted with the batch's events.
delete from session_totals
using batch_sessions
where
    session_totals.session_id = batch_sessions.session_id
    and session_totals.user_id = batch_sessions.user_id
    and session_totals.session_id between :first_session and :last_session
