-- One row per song record as delivered, in the words by which plays are matched to it.
-- The artist's name is the record's own: one artist_id can carry several names.
create view catalogue as

select
    song_id,
    artist_id,
    nullif(trim(both ' ' from title), '') as title,
    nullif(trim(both ' ' from artist_name), '') as artist_name,
    duration,
    nullif(year, 0) as year,
    nullif(trim(both ' ' from artist_location), '') as artist_location,
    artist_latitude,
    artist_longitude,
    loaded_at

from staging_songs
