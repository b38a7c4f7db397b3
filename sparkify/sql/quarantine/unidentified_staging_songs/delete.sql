-- One row per song in the batch that lacks what identifies it, deleted from staging.
delete from staging_songs
where
    loaded_at = :loaded_at
    and (
        nullif(trim(both ' ' from song_id), '') is null
        or nullif(trim(both ' ' from artist_id), '') is null
    )
