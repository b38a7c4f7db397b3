-- One row per repeated event of the batch, deleted before its current version is inserted.
delete from repeated_events
using batch_repeated_events
where
    repeated_events.session_id = batch_repeated_events.session_id
    and repeated_events.item_in_session = batch_repeated_events.item_in_session
    and repeated_events.user_id = batch_repeated_events.user_id
    and repeated_events.session_id between :first_session and :last_session
