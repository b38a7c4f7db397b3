-- One row per timestamp at which a song of the batch was started, with its number of plays.
-- Known ones are looked for between the batch's first and last.
create temporary table batch_timestamps as

with

known as (

    select start_time

    from "time"

    where start_time between :first_start_time and :last_start_time

),

started as (

    select
        start_time,
        count(*) as plays

    from staged_plays

    where loaded_at = :loaded_at

    group by 1

)

select
    started.start_time,
    started.plays,
    case when known.start_time is null then 1 else 0 end as is_new

from started

left join known
    on started.start_time = known.start_time
