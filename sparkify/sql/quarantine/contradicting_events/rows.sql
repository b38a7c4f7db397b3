-- One row per version of an event that is to be refused, since it contradicts another.
select
    session_id,
    item_in_session,
    moment,
    user_id

from contradicting_events

order by 1, 2, 3, 4
