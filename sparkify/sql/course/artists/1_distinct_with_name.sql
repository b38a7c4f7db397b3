-- One row: the distinct artists with name, location and coordinates.
-- published: 10,025
-- why: an artist whose records spell the name or the location in two ways counts twice
with

spellings as (

    select distinct
        artist_id,
        artist_name,
        artist_location,
        artist_latitude,
        artist_longitude

    from staging_songs

)

select count(*) as row_count

from spellings
