-- One row per user of the batch, as of their latest event by time, in the batch or before it.
-- Of events with the same timestamp the later one in its session counts, so the order of loading
-- does not matter. Of the known event the batch has the current version. first_event_at is the
-- least of the batch and before it.
create temporary table batch_users as

with

batch_spans as (

    select
        user_id,
        max(occurred_at) as last_event_at,
        min(occurred_at) as first_event_at

    from current_events

    where loaded_at = :loaded_at

    group by 1

),

candidates as (

    select
        current_events.user_id,
        current_events.first_name,
        current_events.last_name,
        current_events.gender,
        current_events.level,
        current_events.occurred_at as last_event_at,
        current_events.session_id * 1000000 + current_events.item_in_session as last_event_id,
        batch_spans.first_event_at,
        0 as is_known

    from batch_spans

    inner join current_events
        on
            batch_spans.user_id = current_events.user_id
            and batch_spans.last_event_at = current_events.occurred_at

    where current_events.loaded_at = :loaded_at

    union all

    select
        users.user_id,
        users.first_name,
        users.last_name,
        users.gender,
        users.level,
        users.last_event_at,
        users.last_event_id,
        users.first_event_at,
        1 as is_known

    from batch_spans

    inner join users
        on batch_spans.user_id = users.user_id

)

select
    candidate.user_id,
    candidate.first_name,
    candidate.last_name,
    candidate.gender,
    candidate.level,
    candidate.last_event_at,
    candidate.last_event_id,
    min(candidate.first_event_at) over (partition by candidate.user_id) as first_event_at

from candidates as candidate

where candidate.user_id is not null

qualify
    row_number() over (
        partition by candidate.user_id
        order by
            candidate.last_event_at desc,
            candidate.last_event_id desc,
            candidate.is_known asc
    ) = 1
