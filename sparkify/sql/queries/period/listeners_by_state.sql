-- One row per state of the USA that users listened from in the period.
-- A location in several states (Chicago-Naperville-Elgin, IL-IN-WI) counts for the first one.
select
    split_part(split_part(location, ', ', 2), '-', 1) as state,
    count(distinct user_id) as listeners,
    count(*) as plays

from songplays

where
    start_time >= :period_start
    and start_time < :period_end
    and split_part(location, ', ', 2) != ''

group by 1

order by
    2 desc,
    3 desc,
    1 asc
