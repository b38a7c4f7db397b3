-- One row per song in the catalogue.
create table songs (
    song_id varchar(64) not null,
    title varchar(1024),
    artist_id varchar(64),
    year integer,
    duration double precision,
    primary key (song_id),
    foreign key (artist_id) references artists (artist_id)
)
diststyle auto
sortkey (song_id)
