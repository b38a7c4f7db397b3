-- One row per session of a user: its first and last event, and the numbers of plays and pages.
-- Each batch adds its events to those of the sessions, so a question about a day reads the sessions
-- of that day and no events. A rebuild fills it again.
create table session_totals (
    -- Id of the session. Personal: indirect.
    session_id bigint not null,
    -- The user of the session. Personal: direct.
    user_id integer not null,
    -- Timestamp of its first event, in UTC. Personal: indirect.
    started_at timestamp not null,
    -- Timestamp of its last event, in UTC. Personal: indirect.
    ended_at timestamp not null,
    -- Number of songs started in it. Personal: indirect.
    plays bigint not null,
    -- Number of other pages opened in it. Personal: indirect.
    pages bigint not null
)
diststyle auto
sortkey (started_at)
