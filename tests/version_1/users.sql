-- One row per user of the app, as of their latest event.
-- last_event_at and last_event_id say which event that was, so that an older file that
-- arrives late takes nothing back.
create table users (
    user_id integer not null,
    first_name varchar(256),
    last_name varchar(256),
    gender varchar(16),
    level varchar(16),
    last_event_at timestamp not null,
    last_event_id bigint not null,
    primary key (user_id)
)
diststyle auto
sortkey (user_id)
