-- Every timestamp in time has valid parts, and its own year, month and day.
select
    start_time,
    hour,
    day,
    week,
    month,
    year,
    weekday

from "time"

where
    start_time between :first_start_time and :last_start_time
    and (
        hour not between 0 and 23
        or week not between 1 and 53
        or weekday not between 0 and 6
        or year * 10000 + month * 100 + day
        != extract(year from start_time) * 10000
        + extract(month from start_time) * 100
        + extract(day from start_time)
    )
