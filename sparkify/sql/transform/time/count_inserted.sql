-- One row: the number of timestamps that the batch added.
select
    count(*) as added,
    0 as changed,
    0 as removed
from batch_timestamps
where is_new = 1
