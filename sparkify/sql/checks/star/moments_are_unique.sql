-- Every moment occurs once in time.
select
    start_time,
    count(*) as occurrences

from "time"

group by 1

having count(*) > 1
