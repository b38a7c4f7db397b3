CREATE TABLE artists (artist_id TEXT(64) NOT NULL,
    name TEXT(1024),
    location TEXT(1024),
    latitude DOUBLE,
    longitude DOUBLE)
