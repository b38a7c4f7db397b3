-- Every song belongs to a known artist.
select
    songs.song_id,
    songs.artist_id

from songs

left join artists
    on songs.artist_id = artists.artist_id

where artists.artist_id is null
