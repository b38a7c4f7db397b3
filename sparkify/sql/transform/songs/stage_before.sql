-- One row per known song of the batch, as in the table before the batch.
create temporary table songs_before as

select
    songs.song_id,
    songs.title,
    songs.artist_id,
    songs.year,
    songs.duration

from batch_songs

inner join songs
    on batch_songs.song_id = songs.song_id
