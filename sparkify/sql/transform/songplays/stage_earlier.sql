-- One row per earlier play that is as long as a song of the batch, which may be its song.
-- None is before the first that has the title of one.
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

where
    start_time >= :first_rematched_time
    and duration in (select batch_songs.duration from batch_songs)
