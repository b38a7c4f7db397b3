-- One row per artist of the batch, inserted or updated (upsert).
merge into artists
using batch_artists
    on artists.artist_id = batch_artists.artist_id
when matched then
    update
        set
            name = batch_artists.name,
            location = batch_artists.location,
            latitude = batch_artists.latitude,
            longitude = batch_artists.longitude
when not matched then
    insert (artist_id, name, location, latitude, longitude)
    values (
        batch_artists.artist_id,
        batch_artists.name,
        batch_artists.location,
        batch_artists.latitude,
        batch_artists.longitude
    )
