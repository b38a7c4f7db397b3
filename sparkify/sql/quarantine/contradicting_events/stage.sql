-- One row per version of an event in the batch that has another timestamp than another version.
-- A version that was loaded before stays, and the other versions in the batch are rejected. If all
-- versions are in one batch, none is more credible than the others: all are rejected.
create temporary table contradicting_events as

with

versions as (

    select
        batch_repeated_events.session_id,
        batch_repeated_events.item_in_session,
        batch_repeated_events.user_id,
        cleaned_events.occurred_at,
        max(case when cleaned_events.loaded_at = :loaded_at then 1 else 0 end) as is_in_batch,
        max(case when cleaned_events.loaded_at = :loaded_at then 0 else 1 end) as is_loaded

    from batch_repeated_events

    inner join cleaned_events
        on
            batch_repeated_events.session_id = cleaned_events.session_id
            and batch_repeated_events.item_in_session = cleaned_events.item_in_session
            and batch_repeated_events.user_id = cleaned_events.user_id

    where cleaned_events.session_id between :first_session and :last_session

    group by 1, 2, 3, 4

),

contradicting as (

    select
        session_id,
        item_in_session,
        user_id

    from versions

    group by 1, 2, 3

    having count(*) > 1

)

select
    versions.session_id,
    versions.item_in_session,
    versions.user_id,
    versions.occurred_at

from versions

inner join contradicting
    on
        versions.session_id = contradicting.session_id
        and versions.item_in_session = contradicting.item_in_session
        and versions.user_id = contradicting.user_id

where
    versions.is_in_batch = 1
    and versions.is_loaded = 0
