-- One row per song that was received more than once: its current record.
-- That is the one that was loaded last, as a whole; within one batch the smallest by value.
-- Staging has every record; a song that was received once is there alone.
create table repeated_songs (
    -- Id of the song in the catalogue.
    song_id varchar(64) not null,
    -- Id of the artist in the catalogue.
    artist_id varchar(64),
    -- The song's title.
    title varchar(1024),
    -- The artist's name in this record.
    artist_name varchar(1024),
    -- The song's duration in seconds.
    duration double precision,
    -- Year of release, null if unknown.
    year integer,
    -- Where the artist is from.
    artist_location varchar(1024),
    -- Latitude of that place, in degrees north.
    artist_latitude double precision,
    -- Longitude of that place, in degrees east.
    artist_longitude double precision,
    -- When the load of the current record's batch began, in UTC; identifies the batch.
    loaded_at timestamp not null
)
diststyle auto
sortkey (loaded_at)
