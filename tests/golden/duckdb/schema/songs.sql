CREATE TABLE songs (song_id TEXT(64) NOT NULL,
    title TEXT(1024),
    artist_id TEXT(64),
    year INT,
    duration DOUBLE)
