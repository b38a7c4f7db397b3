-- One row: the number of artists that the batch added, and of those that it changed.
with

different as (

    select
        artists.artist_id,
        artists.name,
        artists.location,
        artists.latitude,
        artists.longitude

    from batch_artist_ids

    inner join artists
        on batch_artist_ids.artist_id = artists.artist_id

    except

    select
        artist_id,
        name,
        location,
        latitude,
        longitude

    from artists_before

)

select
    count(*) - count(artists_before.artist_id) as added,
    count(artists_before.artist_id) as changed,
    0 as removed

from different

left join artists_before
    on different.artist_id = artists_before.artist_id
