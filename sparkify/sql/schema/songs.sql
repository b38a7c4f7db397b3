-- One row per song in the catalogue.
create table songs (
    -- Id of the song in the catalogue; key song_id of the song file.
    song_id varchar(64) not null,
    -- The song's title; key title of the song file.
    title varchar(1024),
    -- The song's artist; key artist_id of the song file.
    artist_id varchar(64),
    -- Year of release, null if unknown; key year of the song file.
    year integer,
    -- Duration in seconds; key duration of the song file.
    duration double precision
)
diststyle auto
sortkey (song_id)
