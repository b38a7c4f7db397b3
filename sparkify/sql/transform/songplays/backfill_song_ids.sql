-- One row per play whose song became known, or turned out to have a smaller song_id.
update songplays
set
    song_id = found_songs.song_id,
    artist_id = found_songs.artist_id
from found_songs
where
    songplays.songplay_id = found_songs.songplay_id
    and (
        songplays.song_id is null
        or found_songs.song_id < songplays.song_id
        or (
            found_songs.song_id = songplays.song_id
            and found_songs.artist_id < songplays.artist_id
        )
    )
