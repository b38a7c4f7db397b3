-- One row per moment at which the batch started a song and no song was started before.
insert into "time" (start_time, hour, day, week, month, year, weekday)

with

moments as (

    select distinct start_time
    from staged_plays
    where loaded_at = :loaded_at

)

select
    moments.start_time,
    extract(hour from moments.start_time) as hour,
    extract(day from moments.start_time) as day,
    extract(week from moments.start_time) as week,
    extract(month from moments.start_time) as month,
    extract(year from moments.start_time) as year,
    extract(dow from moments.start_time) as weekday

from moments

where not exists (
    select 1
    from "time"
    where
        "time".start_time = moments.start_time
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
