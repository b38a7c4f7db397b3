-- One row per session of a user: when it began and ended, the songs started and the pages opened.
-- ended_at is the timestamp of the last event; the log does not contain when the user left.
create view sessions as

select
    -- Id of the session.
    session_id,
    -- The user of the session.
    user_id,
    -- Timestamp of its first event, in UTC.
    started_at,
    -- Timestamp of its last event, in UTC.
    ended_at,
    -- Number of songs started in it.
    plays,
    -- Number of other pages opened in it.
    pages

from session_totals
