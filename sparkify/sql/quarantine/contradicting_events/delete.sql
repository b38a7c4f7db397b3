-- One row per contradicting event of the batch, deleted from the staging table.
delete from staging_events
where
    loaded_at = :loaded_at
    and userid is not null
    and exists (
        select 1
        from contradicting_events
        where
            contradicting_events.session_id = staging_events.sessionid
            and contradicting_events.item_in_session = staging_events.iteminsession
            and (
                contradicting_events.occurred_at = staging_events.ts
                or (contradicting_events.occurred_at is null and staging_events.ts is null)
            )
            and contradicting_events.user_id = staging_events.userid
    )
