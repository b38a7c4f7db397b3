-- One row per song of the batch, put in the place of what was known before.
merge into songs
using chosen_songs
    on songs.song_id = chosen_songs.song_id
when matched then
    update
        set
            title = chosen_songs.title,
            artist_id = chosen_songs.artist_id,
            year = chosen_songs.year,
            duration = chosen_songs.duration
when not matched then
    insert (song_id, title, artist_id, year, duration)
    values (
        chosen_songs.song_id,
        chosen_songs.title,
        chosen_songs.artist_id,
        chosen_songs.year,
        chosen_songs.duration
    )
