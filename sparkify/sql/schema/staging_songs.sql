-- One row per song record as received.
create table staging_songs (
    -- Number of songs in the record's file, always 1; key num_songs.
    num_songs integer,
    -- Id of the artist in the catalogue; key artist_id.
    artist_id varchar(64),
    -- Latitude of the artist's location, in degrees north; key artist_latitude.
    artist_latitude double precision,
    -- Longitude of the artist's location, in degrees east; key artist_longitude.
    artist_longitude double precision,
    -- Where the artist is from; key artist_location.
    artist_location varchar(1024),
    -- The artist's name in this record; records of one artist can differ; key artist_name.
    artist_name varchar(1024),
    -- Id of the song in the catalogue; key song_id.
    song_id varchar(64),
    -- The song's title; key title.
    title varchar(1024),
    -- The song's duration in seconds; key duration.
    duration double precision,
    -- Year of release, 0 if unknown; key year.
    year integer,
    -- When the load of the row's batch began, in UTC; identifies the batch.
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
