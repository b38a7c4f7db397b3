-- One row per artist of the batch's songs: the most complete of the artist's current records.
-- The choice depends only on values, so the order of loading does not matter.
insert into artists (artist_id, name, location, latitude, longitude)

select
    record.artist_id,
    record.artist_name as name,
    record.artist_location as location,
    record.artist_latitude as latitude,
    record.artist_longitude as longitude

from batch_artist_ids

inner join current_songs as record
    on batch_artist_ids.artist_id = record.artist_id

where record.artist_id is not null

qualify
    row_number() over (
        partition by record.artist_id
        order by
            case when record.artist_location is null then 1 else 0 end,
            case when record.artist_latitude is null then 1 else 0 end,
            record.artist_name,
            record.artist_location,
            record.artist_latitude,
            record.artist_longitude
    ) = 1
