-- One row per moment at which a song was started.
select
    start_time,
    hour,
    day,
    week,
    month,
    year,
    weekday

from "time"
