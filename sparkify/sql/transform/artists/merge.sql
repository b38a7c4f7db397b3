-- One row per artist of the batch, put in the place of what was known before.
merge into artists
using chosen_artists
    on artists.artist_id = chosen_artists.artist_id
when matched then
    update
        set
            name = chosen_artists.name,
            location = chosen_artists.location,
            latitude = chosen_artists.latitude,
            longitude = chosen_artists.longitude
when not matched then
    insert (artist_id, name, location, latitude, longitude)
    values (
        chosen_artists.artist_id,
        chosen_artists.name,
        chosen_artists.location,
        chosen_artists.latitude,
        chosen_artists.longitude
    )
