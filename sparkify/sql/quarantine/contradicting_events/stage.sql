-- One row per version of an event in the batch that has another moment or user than another one.
-- What was loaded before stands, and the batch's other versions are refused. Of versions that
-- come in one batch none can be believed more than the others: all are refused.
create temporary table contradicting_events as

with

versions as (

    select
        repeated_events.session_id,
        repeated_events.item_in_session,
        staging_events.ts as moment,
        staging_events.userid as user_id,
        max(case when staging_events.loaded_at = :loaded_at then 1 else 0 end) as is_delivered,
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
    versions.moment,
    versions.user_id

from versions

inner join contradicting
    on
        versions.session_id = contradicting.session_id
        and versions.item_in_session = contradicting.item_in_session

where
    versions.is_delivered = 1
    and versions.is_loaded = 0
