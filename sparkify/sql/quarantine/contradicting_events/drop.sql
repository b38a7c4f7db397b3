-- No row: what an earlier batch left of contradicting_events is gone.
drop table if exists contradicting_events
