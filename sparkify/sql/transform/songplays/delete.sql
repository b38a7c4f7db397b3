-- One row per play that the batch repeats, deleted before its current version is inserted.
-- An event that starts no song any more is not inserted again.
delete from songplays
using repeated_events
where
    repeated_events.loaded_at = :loaded_at
    and songplays.session_id = repeated_events.session_id
    and songplays.item_in_session = repeated_events.item_in_session
    and songplays.user_id = repeated_events.user_id
    and songplays.session_id between :first_session and :last_session
