-- One row per song of the batch, inserted or updated (upsert).
merge into songs
using batch_songs
    on songs.song_id = batch_songs.song_id
when matched then
    update
        set
            title = batch_songs.title,
            artist_id = batch_songs.artist_id,
            year = batch_songs.year,
            duration = batch_songs.duration
when not matched then
    insert (song_id, title, artist_id, year, duration)
    values (
        batch_songs.song_id,
        batch_songs.title,
        batch_songs.artist_id,
        batch_songs.year,
        batch_songs.duration
    )
