-- One row per hour of the day (UTC): plays.
select
    "time".hour,
    count(*) as plays

from songplays

inner join "time"
    on songplays.start_time = "time".start_time

group by 1

order by 1
