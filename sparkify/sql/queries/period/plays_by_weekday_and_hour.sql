-- One row per weekday (Sunday = 0) and hour (UTC) with plays in the period.
select
    "time".weekday,
    "time".hour,
    count(*) as plays

from songplays

inner join "time"
    on songplays.start_time = "time".start_time

where
    songplays.start_time >= :period_start
    and songplays.start_time < :period_end

group by 1, 2

order by
    1,
    2
