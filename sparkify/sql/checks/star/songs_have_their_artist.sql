-- Every song has its artist in artists.
select
    songs.song_id,
    songs.artist_id

from songs

where
    songs.song_id in (
        select cleaned_songs.song_id
        from cleaned_songs
        where cleaned_songs.loaded_at >= :since
    )
    and not exists (
        select 1
        from artists
        where artists.artist_id = songs.artist_id
    )
