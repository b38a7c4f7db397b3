-- One row: the timestamps of the first and the last event of users; null if there is none.
select
    min(occurred_at) as first_event_at,
    max(occurred_at) as last_event_at

from user_events
