-- One row: the number of earlier plays that the batch repeats, and when the first and last started.
select
    count(*) as plays,
    min(start_time) as first_replaced_time,
    max(start_time) as last_replaced_time

from plays_before
