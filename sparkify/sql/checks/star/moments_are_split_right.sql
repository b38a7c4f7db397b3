-- Every moment's parts are those of a calendar, and its day, month and year put it together again.
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
    start_time between :first_moment and :last_moment
    and (
        hour not between 0 and 23
        or week not between 1 and 53
        or weekday not between 0 and 6
        or year * 10000 + month * 100 + day
        != extract(year from start_time) * 10000
        + extract(month from start_time) * 100
        + extract(day from start_time)
    )
