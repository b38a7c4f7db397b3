-- One row per play that the batch repeats, as in the table before the batch.
create temporary table plays_before as

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

from repeated_events

inner join songplays
    on
        repeated_events.session_id = songplays.session_id
        and repeated_events.item_in_session = songplays.item_in_session
        and repeated_events.user_id = songplays.user_id

where
    repeated_events.loaded_at = :loaded_at
    and songplays.session_id between :first_session and :last_session
