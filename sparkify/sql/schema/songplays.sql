-- One row per song a user started.
-- songplay_id is made from the session and the item in it, so a play has the same id after every
-- load, on every engine; users can share a number of a session, so only with user_id it is the key.
-- song_id and artist_id are null while the song is not in the catalogue,
-- as for most plays, so they are no distribution key.
create table songplays (
    -- Id of the play: session_id * 1000000 + item_in_session, the same after every load; unique
    -- with user_id. Personal: indirect.
    songplay_id bigint not null,
    -- When the song was started, in UTC; key ts of the log. Personal: indirect.
    start_time timestamp not null,
    -- The user who played it; key userId of the log. Personal: direct.
    user_id integer not null,
    -- The user's plan at that time, free or paid; key level of the log. Personal: indirect.
    level varchar(16),
    -- The song with the same title, artist name and duration in the catalogue; null for most plays.
    -- Personal: indirect.
    song_id varchar(64),
    -- The artist of that song; null where song_id is. Personal: indirect.
    artist_id varchar(64),
    -- The session in which it was played; key sessionId of the log. Personal: indirect.
    session_id bigint not null,
    -- The user's location; key location of the log. Personal: indirect.
    location varchar(512),
    -- The browser's user agent, without quotes; key userAgent of the log. Personal: indirect.
    user_agent varchar(1024),
    -- Number of the play within its session, from 0; key itemInSession of the log. Personal:
    -- indirect.
    item_in_session integer not null,
    -- The song's title as logged, repaired and trimmed; key song of the log. Personal: indirect.
    title varchar(1024),
    -- The artist's name as logged, repaired and trimmed; key artist of the log. Personal: indirect.
    artist_name varchar(1024),
    -- The song's duration in seconds as logged; key length of the log. Personal: indirect.
    duration double precision
)
diststyle auto
sortkey (start_time)
