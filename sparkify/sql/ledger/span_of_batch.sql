-- One row: the first and last start time of the batch's plays, null if it has none.
select
    min(start_time) as first_start_time,
    max(start_time) as last_start_time

from staged_plays

where loaded_at = :loaded_at
