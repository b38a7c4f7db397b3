-- Every event of a user that was loaded before is delivered again with the same moment and user.
select
    delivered.sessionid as session_id,
    delivered.iteminsession as item_in_session,
    loaded.ts as loaded_moment,
    delivered.ts as delivered_moment,
    loaded.userid as loaded_user_id,
    delivered.userid as delivered_user_id

from staging_events as delivered

inner join staging_events as loaded
    on
        delivered.sessionid = loaded.sessionid
        and delivered.iteminsession = loaded.iteminsession

where
    delivered.loaded_at = :loaded_at
    and loaded.loaded_at != :loaded_at
    and (
        delivered.ts != loaded.ts
        or delivered.userid != loaded.userid
    )
