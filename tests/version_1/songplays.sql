-- One row per song a user started.
-- songplay_id is made from the session and the item in it, so that every load, on every engine,
-- gives a play the same id. song_id and artist_id are null while the catalogue does not know
-- the song: most plays, which is why they make no distribution key.
create table songplays (
    songplay_id bigint not null,
    start_time timestamp not null,
    user_id integer not null,
    level varchar(16),
    song_id varchar(64),
    artist_id varchar(64),
    session_id bigint not null,
    location varchar(512),
    user_agent varchar(1024),
    item_in_session integer not null,
    primary key (songplay_id),
    foreign key (start_time) references "time" (start_time),
    foreign key (user_id) references users (user_id),
    foreign key (song_id) references songs (song_id),
    foreign key (artist_id) references artists (artist_id)
)
diststyle auto
sortkey (start_time)
