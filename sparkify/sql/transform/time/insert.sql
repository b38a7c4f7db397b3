-- One row per timestamp of the batch that is new.
insert into "time" (start_time, hour, day, week, month, year, weekday)

select
    start_time,
    extract(hour from start_time) as hour,
    extract(day from start_time) as day,
    extract(week from start_time) as week,
    extract(month from start_time) as month,
    extract(year from start_time) as year,
    extract(dow from start_time) as weekday

from batch_timestamps

where is_new = 1
