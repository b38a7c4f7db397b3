-- One row: the number of earlier plays whose song the batch changed.
select
    0 as added,
    count(*) as changed,
    0 as removed
from changed_matches
