-- One row per new timestamp at which a song of the batch was started.
insert into "time" (start_time, hour, day, week, month, year, weekday)

with

timestamps as (

    select distinct start_time
    from staged_plays
    where loaded_at = :loaded_at

)

select
    timestamps.start_time,
    extract(hour from timestamps.start_time) as hour,
    extract(day from timestamps.start_time) as day,
    extract(week from timestamps.start_time) as week,
    extract(month from timestamps.start_time) as month,
    extract(year from timestamps.start_time) as year,
    extract(dow from timestamps.start_time) as weekday

from timestamps

where not exists (
    select 1
    from "time"
    where
        "time".start_time = timestamps.start_time
        and "time".start_time >= (
            select min(staged_plays.start_time)
            from staged_plays
            where staged_plays.loaded_at = :loaded_at
        )
        and "time".start_time <= (
            select max(staged_plays.start_time)
            from staged_plays
            where staged_plays.loaded_at = :loaded_at
        )
)
