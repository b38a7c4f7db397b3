-- One row per event of a user that the batch delivers more than once, or that was loaded before.
-- Only what lies between the batch's first and last session can be one of its events.
create temporary table repeated_events as

with

sessions as (

    select
        min(sessionid) as first_session,
        max(sessionid) as last_session

    from staging_events

    where loaded_at = :loaded_at

)

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
    and loaded.sessionid between (select sessions.first_session from sessions)
    and (select sessions.last_session from sessions)
