-- One row per song record as received, with its texts trimmed and blanks as null.
-- The artist's name is the record's own: one artist_id can have several names.
create view cleaned_songs as

select
    nullif(trim(both ' ' from song_id), '') as song_id,
    nullif(trim(both ' ' from artist_id), '') as artist_id,
    nullif(trim(both ' ' from title), '') as title,
    nullif(trim(both ' ' from artist_name), '') as artist_name,
    duration,
    nullif(year, 0) as year,
    nullif(trim(both ' ' from artist_location), '') as artist_location,
    artist_latitude,
    artist_longitude,
    loaded_at

from staging_songs
