-- One row per song a user started.
-- songplay_id is made from the session and the item in it, so that every load, on every engine,
-- gives a play the same id. song_id and artist_id are null while the catalogue does not know
-- the song: most plays, which is why they make no distribution key.
create table songplays (
    -- Id of the play: session_id * 1000000 + item_in_session, the same at every load.
    songplay_id bigint not null,
    -- Moment at which the song was started, in UTC; key ts of the log.
    start_time timestamp not null,
    -- Who played it; key userId of the log.
    user_id integer not null,
    -- The user's subscription at that moment, free or paid; key level of the log.
    level varchar(16),
    -- The song, where the catalogue has one of the same title, artist and duration; null for most
    -- plays.
    song_id varchar(64),
    -- The song's artist; null where song_id is.
    artist_id varchar(64),
    -- The session in which it was played; key sessionId of the log.
    session_id bigint not null,
    -- Where the user was; key location of the log.
    location varchar(512),
    -- The browser's description of itself, without quotes; key userAgent of the log.
    user_agent varchar(1024),
    -- Place of the play in its session, counted from 0; key itemInSession of the log.
    item_in_session integer not null,
    primary key (songplay_id),
    foreign key (start_time) references "time" (start_time),
    foreign key (user_id) references users (user_id),
    foreign key (song_id) references songs (song_id),
    foreign key (artist_id) references artists (artist_id)
)
diststyle auto
sortkey (start_time)
