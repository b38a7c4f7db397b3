-- One row per known artist of the batch, as in the table before the batch.
create temporary table artists_before as

select
    artists.artist_id,
    artists.name,
    artists.location,
    artists.latitude,
    artists.longitude

from batch_artist_ids

inner join artists
    on batch_artist_ids.artist_id = artists.artist_id
