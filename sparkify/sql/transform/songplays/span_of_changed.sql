-- One row: the number of earlier plays whose song changed, and when the first and last started.
select
    count(*) as plays,
    min(start_time) as first_changed_time,
    max(start_time) as last_changed_time

from changed_matches
