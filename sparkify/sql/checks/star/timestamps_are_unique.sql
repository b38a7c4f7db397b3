-- Every timestamp occurs once in time.
select
    start_time,
    count(*) as occurrences

from "time"

where start_time between :first_start_time and :last_start_time

group by 1

having count(*) > 1
