-- One row: the span of the days with plays of batches since a batch with songs looked for titles.
-- Null without any. Of that batch its own days too, which were not among the plays then.
select
    cast(min(batch_days.event_date) as timestamp) as first_new_time,
    dateadd(day, 1, cast(max(batch_days.event_date) as timestamp)) as end_of_new_time

from batch_days

inner join batches
    on batch_days.loaded_at = batches.loaded_at

where
    batch_days.change = 'new'
    and batches.batch_number >= (
        select coalesce(max(played_titles.batch_number), 0)
        from played_titles
        where played_titles.title is null
    )
