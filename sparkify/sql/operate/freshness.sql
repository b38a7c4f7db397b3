-- One row: the timestamps of the latest event and of the latest load, null if there is none.
select
    (select max(ts) from staging_events) as newest_event,
    (
        select latest.loaded_at
        from batches as latest
        where latest.batch_number = (select max(batches.batch_number) from batches)
    ) as loaded_at
