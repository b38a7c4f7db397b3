-- One row per event of a user that the batch delivers more than once, or that was loaded before.
create temporary table repeated_events as

select
    sessionid as session_id,
    iteminsession as item_in_session

from staging_events

where
    loaded_at = :loaded_at
    and userid is not null

group by 1, 2

having count(*) > 1

union

select
    loaded.sessionid as session_id,
    loaded.iteminsession as item_in_session

from staging_events as delivered

inner join staging_events as loaded
    on
        delivered.sessionid = loaded.sessionid
        and delivered.iteminsession = loaded.iteminsession

where
    delivered.loaded_at = :loaded_at
    and delivered.userid is not null
    and loaded.loaded_at != :loaded_at
    and loaded.userid is not null
