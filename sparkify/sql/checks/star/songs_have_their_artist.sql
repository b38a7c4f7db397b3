-- Every song belongs to a known artist.
select
    songs.song_id,
    songs.artist_id

from songs

where
    songs.song_id in (
        select catalogue.song_id
        from catalogue
        where catalogue.loaded_at >= :since
    )
    and not exists (
        select 1
        from artists
        where artists.artist_id = songs.artist_id
    )
