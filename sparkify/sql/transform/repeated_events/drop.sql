-- No row: what an earlier batch left of repeated_events is gone.
drop table if exists repeated_events
