-- One row per artist name: the ten with the most plays in the period.
select
    artist_name,
    count(*) as plays,
    count(distinct user_id) as listeners,
    count(distinct title) as songs

from plays

where
    start_time >= :period_start
    and start_time < :period_end
    and artist_name is not null

group by 1

order by
    2 desc,
    1 asc

limit 10
