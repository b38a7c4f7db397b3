-- One row per title and artist name: the ten with the most plays in the period.
select
    title,
    artist_name,
    count(*) as plays,
    count(distinct user_id) as listeners

from plays

where
    start_time >= :period_start
    and start_time < :period_end
    and title is not null

group by 1, 2

order by
    3 desc,
    1 asc,
    2 asc

limit 10
