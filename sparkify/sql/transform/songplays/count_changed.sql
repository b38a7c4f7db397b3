-- One row: the number of repeated plays that the batch changed.
with

different as (

    select
        songplays.songplay_id,
        songplays.start_time,
        songplays.user_id,
        songplays.level,
        songplays.song_id,
        songplays.artist_id,
        songplays.session_id,
        songplays.location,
        songplays.user_agent,
        songplays.item_in_session,
        songplays.title,
        songplays.artist_name,
        songplays.duration

    from plays_before

    inner join songplays
        on
            plays_before.songplay_id = songplays.songplay_id
            and plays_before.user_id = songplays.user_id

    except

    select
        songplay_id,
        start_time,
        user_id,
        level,
        song_id,
        artist_id,
        session_id,
        location,
        user_agent,
        item_in_session,
        title,
        artist_name,
        duration

    from plays_before

)

select
    0 as added,
    count(*) as changed,
    0 as removed

from different
