-- One row per timestamp at which a song was started.
select
    start_time,
    hour,
    day,
    week,
    month,
    year,
    weekday

from "time"
