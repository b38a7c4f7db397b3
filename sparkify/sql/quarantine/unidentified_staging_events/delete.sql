-- One row per event of a user in the batch that lacks what identifies it, deleted from staging.
delete from staging_events
where
    loaded_at = :loaded_at
    and userid is not null
    and (
        ts is null
        or coalesce(sessionid, -1) not between 0 and 9000000000000
        or coalesce(iteminsession, -1) not between 0 and 999999
    )
