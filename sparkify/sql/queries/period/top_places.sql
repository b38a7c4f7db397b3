-- One row per location: the ten with the most listeners in the period.
select
    location,
    count(distinct user_id) as listeners,
    count(*) as plays

from songplays

where
    start_time >= :period_start
    and start_time < :period_end
    and location is not null

group by 1

order by
    2 desc,
    3 desc,
    1 asc

limit 10
