-- Every song record has a song_id and an artist_id.
select
    song_id,
    artist_id,
    title,
    artist_name

from staging_songs

where
    loaded_at >= :since
    and (
        nullif(trim(both ' ' from song_id), '') is null
        or nullif(trim(both ' ' from artist_id), '') is null
    )
