-- One row per event of a user that was received more than once: its current version.
-- That is the one that was loaded last, as a whole; within one batch the smallest by value.
-- Staging has every version; an event that was received once is there alone.
create table repeated_events (
    -- The session of the event. Personal: indirect.
    session_id bigint not null,
    -- Number of the event within its session, from 0. Personal: indirect.
    item_in_session integer not null,
    -- The user of the event. Personal: direct.
    user_id integer not null,
    -- Timestamp of the event, in UTC. Personal: indirect.
    occurred_at timestamp not null,
    -- The user's plan at that time, free or paid. Personal: indirect.
    level varchar(16),
    -- NextSong if a song was started, else the page that was opened. Personal: indirect.
    page varchar(64),
    -- The user's first name. Personal: direct.
    first_name varchar(256),
    -- The user's last name. Personal: direct.
    last_name varchar(256),
    -- The user's gender, F or M. Personal: indirect.
    gender varchar(16),
    -- The user's location. Personal: indirect.
    location varchar(512),
    -- The browser's user agent, without quotes. Personal: indirect.
    user_agent varchar(1024),
    -- The song's title, as received. Personal: indirect.
    received_title varchar(1024),
    -- The artist's name, as received. Personal: indirect.
    received_artist_name varchar(1024),
    -- The song's duration in seconds. Personal: indirect.
    duration double precision,
    -- When the load of the current version's batch began, in UTC; identifies the batch.
    loaded_at timestamp not null
)
diststyle auto
sortkey (loaded_at)
