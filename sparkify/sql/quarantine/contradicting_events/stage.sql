-- One row per version of an event in the batch that has another timestamp or user than another one.
-- A version that was loaded before stays, and the other versions in the batch are rejected. If all
-- versions are in one batch, none is more credible than the others: all are rejected.
create temporary table contradicting_events as

with

versions as (

    select
        repeated_events.session_id,
        repeated_events.item_in_session,
        staging_events.ts as occurred_at,
        staging_events.userid as user_id,
        max(case when staging_events.loaded_at = :loaded_at then 1 else 0 end) as is_in_batch,
        max(case when staging_events.loaded_at = :loaded_at then 0 else 1 end) as is_loaded

    from repeated_events

    inner join staging_events
        on
            repeated_events.session_id = staging_events.sessionid
            and repeated_events.item_in_session = staging_events.iteminsession

    where staging_events.userid is not null

    group by 1, 2, 3, 4

),

contradicting as (

    select
        session_id,
        item_in_session

    from versions

    group by 1, 2

    having count(*) > 1

)

select
    versions.session_id,
    versions.item_in_session,
    versions.occurred_at,
    versions.user_id

from versions

inner join contradicting
    on
        versions.session_id = contradicting.session_id
        and versions.item_in_session = contradicting.item_in_session

where
    versions.is_in_batch = 1
    and versions.is_loaded = 0
