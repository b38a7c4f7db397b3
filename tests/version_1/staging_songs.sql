-- One row per song record as delivered.
create table staging_songs (
    num_songs integer,
    artist_id varchar(64),
    artist_latitude double precision,
    artist_longitude double precision,
    artist_location varchar(1024),
    artist_name varchar(1024),
    song_id varchar(64),
    title varchar(1024),
    duration double precision,
    year integer,
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
