-- One row per event of a user that is in the batch more than once, or was loaded before.
-- Only events between the batch's first and last session are compared.
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

from staging_events as received

inner join staging_events as loaded
    on
        received.sessionid = loaded.sessionid
        and received.iteminsession = loaded.iteminsession

where
    received.loaded_at = :loaded_at
    and received.userid is not null
    and loaded.loaded_at != :loaded_at
    and loaded.userid is not null
    and loaded.sessionid between (select sessions.first_session from sessions)
    and (select sessions.last_session from sessions)
