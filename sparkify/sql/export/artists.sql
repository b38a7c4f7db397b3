-- One row per artist.
select
    artist_id,
    name,
    location,
    latitude,
    longitude

from artists
