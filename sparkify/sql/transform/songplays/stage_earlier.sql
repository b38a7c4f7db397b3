-- One row per earlier play that is as long as a song of the batch, which may be its song.
create temporary table earlier_plays as

select
    songplay_id,
    user_id,
    start_time,
    song_id,
    artist_id,
    title,
    artist_name,
    duration

from songplays

where duration in (select batch_songs.duration from batch_songs)
