-- One row: the moments of the first and the last event of a user.
select
    min(ts) as first_event_at,
    max(ts) as last_event_at

from staging_events

where userid is not null
