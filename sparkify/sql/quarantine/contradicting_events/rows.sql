-- One row per version of an event to reject, since it contradicts another one.
select
    session_id,
    item_in_session,
    occurred_at,
    user_id

from contradicting_events

order by 1, 2, 3, 4
