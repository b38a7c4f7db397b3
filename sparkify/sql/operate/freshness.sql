-- One row: the timestamps of the latest event and of the latest load, null if there is none.
select
    (select max(ts) from staging_events) as newest_event,
    (select max(loaded_at) from loaded_files) as loaded_at
