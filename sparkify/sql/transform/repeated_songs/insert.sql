-- One row per repeated song of the batch: the version that was loaded last, as a whole.
-- Of several in one batch it is the smallest by value.
insert into repeated_songs (
    song_id,
    artist_id,
    title,
    artist_name,
    duration,
    year,
    artist_location,
    artist_latitude,
    artist_longitude,
    loaded_at
)

select
    version.song_id,
    version.artist_id,
    version.title,
    version.artist_name,
    version.duration,
    version.year,
    version.artist_location,
    version.artist_latitude,
    version.artist_longitude,
    version.loaded_at

from batch_repeated_songs

inner join cleaned_songs as version
    on batch_repeated_songs.song_id = version.song_id

inner join batches
    on version.loaded_at = batches.loaded_at

where version.song_id is not null

qualify
    row_number() over (
        partition by version.song_id
        order by
            batches.batch_number desc,
            version.artist_id asc,
            version.title asc,
            version.artist_name asc,
            version.duration asc,
            version.year asc,
            version.artist_location asc,
            version.artist_latitude asc,
            version.artist_longitude asc
    ) = 1
