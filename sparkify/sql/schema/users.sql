-- One row per user of the app, as of their latest event.
-- last_event_at and last_event_id identify that event, so an older file that arrives late changes
-- nothing.
create table users (
    -- Number of the user; key userId of the log. Personal: direct.
    user_id integer not null,
    -- First name, as of the user's latest event; key firstName of the log. Personal: direct.
    first_name varchar(256),
    -- Last name, as of the user's latest event; key lastName of the log. Personal: direct.
    last_name varchar(256),
    -- Gender, F or M, as of the user's latest event; key gender of the log. Personal: indirect.
    gender varchar(16),
    -- Plan, free or paid, as of the user's latest event; key level of the log. Personal: indirect.
    level varchar(16),
    -- Timestamp of the user's latest event, in UTC. Personal: indirect.
    last_event_at timestamp not null,
    -- Number of that event, made like songplay_id: decides between events of one timestamp.
    -- Personal: indirect.
    last_event_id bigint not null,
    -- Timestamp of the user's first event, in UTC: no later version of an event changes it.
    -- Personal: indirect.
    first_event_at timestamp
)
diststyle auto
sortkey (user_id)
