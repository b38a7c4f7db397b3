-- Every moment occurs once in time.
select
    start_time,
    count(*) as occurrences

from "time"

where start_time between :first_moment and :last_moment

group by 1

having count(*) > 1
