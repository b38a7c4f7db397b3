-- No row: the table staging_events is gone.
drop table if exists staging_events
