-- One row per artist of the batch: the most complete of the batch's records and the known artist.
-- The choice depends only on values, so the order of loading does not matter.
create temporary table batch_artists as

with

candidates as (

    select
        artist_id,
        artist_name as name,
        artist_location as location,
        artist_latitude as latitude,
        artist_longitude as longitude

    from cleaned_songs

    where loaded_at = :loaded_at

    union all

    select
        artist_id,
        name,
        location,
        latitude,
        longitude

    from artists

    where artists.artist_id in (
        select cleaned_songs.artist_id
        from cleaned_songs
        where cleaned_songs.loaded_at = :loaded_at
    )

)

select
    candidate.artist_id,
    candidate.name,
    candidate.location,
    candidate.latitude,
    candidate.longitude

from candidates as candidate

where candidate.artist_id is not null

qualify
    row_number() over (
        partition by candidate.artist_id
        order by
            case when candidate.location is null then 1 else 0 end,
            case when candidate.latitude is null then 1 else 0 end,
            candidate.name,
            candidate.location,
            candidate.latitude,
            candidate.longitude
    ) = 1
