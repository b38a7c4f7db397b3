-- Every event of a user has one moment and one user, however often the batch delivers it.
with

repeated as (

    select
        sessionid,
        iteminsession

    from staging_events

    where
        loaded_at = :loaded_at
        and userid is not null

    group by 1, 2

    having count(*) > 1

)

select
    staging_events.sessionid as session_id,
    staging_events.iteminsession as item_in_session,
    min(staging_events.ts) as first_moment,
    max(staging_events.ts) as last_moment,
    min(staging_events.userid) as smallest_user_id,
    max(staging_events.userid) as largest_user_id

from repeated

inner join staging_events
    on
        repeated.sessionid = staging_events.sessionid
        and repeated.iteminsession = staging_events.iteminsession

where
    staging_events.loaded_at = :loaded_at
    and staging_events.userid is not null

group by 1, 2

having
    min(staging_events.ts) != max(staging_events.ts)
    or min(staging_events.userid) != max(staging_events.userid)
