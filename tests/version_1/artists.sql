-- One row per artist.
create table artists (
    artist_id varchar(64) not null,
    name varchar(1024),
    location varchar(1024),
    latitude double precision,
    longitude double precision,
    primary key (artist_id)
)
diststyle auto
sortkey (artist_id)
