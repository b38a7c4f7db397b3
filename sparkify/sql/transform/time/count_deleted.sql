-- One row: the number of timestamps that the batch removed.
select
    0 as added,
    0 as changed,
    count(*) as removed
from unplayed_timestamps
