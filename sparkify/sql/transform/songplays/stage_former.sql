-- One row per earlier play that has a song which the batch corrects, and is not as long as one of
-- its songs. Only a song that was received before can be a play's.
insert into earlier_plays (
    songplay_id,
    user_id,
    start_time,
    song_id,
    artist_id,
    title,
    artist_name,
    duration
)

select
    songplays.songplay_id,
    songplays.user_id,
    songplays.start_time,
    songplays.song_id,
    songplays.artist_id,
    songplays.title,
    songplays.artist_name,
    songplays.duration

from songplays

inner join batch_repeated_songs
    on songplays.song_id = batch_repeated_songs.song_id

left join (

    select distinct duration
    from batch_songs

) as lengths
    on songplays.duration = lengths.duration

where
    songplays.start_time >= :first_rematched_time
    and lengths.duration is null
