-- One row per song of the batch, as staged.
insert into songs (song_id, title, artist_id, year, duration)

select
    batch_songs.song_id,
    batch_songs.title,
    batch_songs.artist_id,
    batch_songs.year,
    batch_songs.duration

from batch_songs
