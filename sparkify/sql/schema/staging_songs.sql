-- One row per song record as delivered.
create table staging_songs (
    -- Number of songs in the record's file, always 1; key num_songs.
    num_songs integer,
    -- Id of the artist in the catalogue; key artist_id.
    artist_id varchar(64),
    -- Latitude of where the artist is from, in degrees north; key artist_latitude.
    artist_latitude double precision,
    -- Longitude of where the artist is from, in degrees east; key artist_longitude.
    artist_longitude double precision,
    -- Where the artist is from, in words; key artist_location.
    artist_location varchar(1024),
    -- The artist's name on this record, which may differ between records of one artist; key
    -- artist_name.
    artist_name varchar(1024),
    -- Id of the song in the catalogue; key song_id.
    song_id varchar(64),
    -- The song's title; key title.
    title varchar(1024),
    -- The song's duration in seconds; key duration.
    duration double precision,
    -- Year in which the song came out, 0 where that is not known; key year.
    year integer,
    -- Moment at which the batch that brought the row began; tells batches apart.
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
