-- One row per contradicting event of the batch, deleted from the staging table.
delete from staging_events
using contradicting_events
where
    staging_events.loaded_at = :loaded_at
    and staging_events.sessionid = contradicting_events.session_id
    and staging_events.iteminsession = contradicting_events.item_in_session
    and staging_events.userid = contradicting_events.user_id
    and staging_events.ts = contradicting_events.occurred_at
