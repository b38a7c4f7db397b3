-- One row per artist.
create table artists (
    -- Id of the artist in the catalogue; key artist_id of the song file.
    artist_id varchar(64) not null,
    -- The artist's name, from the most complete record of the artist; key artist_name of the song
    -- file.
    name varchar(1024),
    -- Where the artist is from, null if unknown; key artist_location of the song file.
    location varchar(1024),
    -- Latitude of that place, in degrees north; key artist_latitude of the song file.
    latitude double precision,
    -- Longitude of that place, in degrees east; key artist_longitude of the song file.
    longitude double precision
)
diststyle auto
sortkey (artist_id)
