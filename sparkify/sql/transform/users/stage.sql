-- One row per user of the batch, as of their latest event by time, in the batch or before it.
-- Of events with the same timestamp the later one in its session counts; of two versions of an
-- event the smaller values. So the order of loading does not matter.
create temporary table batch_users as

with

latest_events as (

    select
        userid as user_id,
        max(ts) as last_event_at

    from staging_events

    where
        loaded_at = :loaded_at
        and userid is not null

    group by 1

),

candidates as (

    select
        latest_events.user_id,
        nullif(trim(both ' ' from staging_events.firstname), '') as first_name,
        nullif(trim(both ' ' from staging_events.lastname), '') as last_name,
        nullif(trim(both ' ' from staging_events.gender), '') as gender,
        nullif(trim(both ' ' from staging_events.level), '') as level,
        latest_events.last_event_at,
        staging_events.sessionid * 1000000 + staging_events.iteminsession as last_event_id

    from latest_events

    inner join staging_events
        on
            latest_events.user_id = staging_events.userid
            and latest_events.last_event_at = staging_events.ts

    where staging_events.loaded_at = :loaded_at

    union all

    select
        users.user_id,
        users.first_name,
        users.last_name,
        users.gender,
        users.level,
        users.last_event_at,
        users.last_event_id

    from latest_events

    inner join users
        on latest_events.user_id = users.user_id

)

select
    candidate.user_id,
    candidate.first_name,
    candidate.last_name,
    candidate.gender,
    candidate.level,
    candidate.last_event_at,
    candidate.last_event_id

from candidates as candidate

where candidate.user_id is not null

qualify
    row_number() over (
        partition by candidate.user_id
        order by
            candidate.last_event_at desc,
            candidate.last_event_id desc,
            candidate.first_name asc,
            candidate.last_name asc,
            candidate.gender asc,
            candidate.level asc
    ) = 1
