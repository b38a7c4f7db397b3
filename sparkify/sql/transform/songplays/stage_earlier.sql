-- One row per earlier play whose song the batch may have made known or changed.
-- It is as long as a song of the batch, or has one of its songs.
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

union

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

where song_id in (select batch_songs.song_id from batch_songs)
