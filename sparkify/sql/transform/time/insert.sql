-- One row per timestamp of the batch that is new.
-- Known ones are looked for between the batch's first and last.
insert into "time" (start_time, hour, day, week, month, year, weekday)

with

known as (

    select start_time

    from "time"

    where start_time between :first_start_time and :last_start_time

)

select
    batch_timestamps.start_time,
    extract(hour from batch_timestamps.start_time) as hour,
    extract(day from batch_timestamps.start_time) as day,
    extract(week from batch_timestamps.start_time) as week,
    extract(month from batch_timestamps.start_time) as month,
    extract(year from batch_timestamps.start_time) as year,
    extract(dow from batch_timestamps.start_time) as weekday

from batch_timestamps

left join known
    on batch_timestamps.start_time = known.start_time

where known.start_time is null
