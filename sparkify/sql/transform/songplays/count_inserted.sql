-- One row: the number of plays of the batch, also of those that it repeats.
select
    coalesce(sum(plays), 0) as added,
    0 as changed,
    0 as removed
from batch_timestamps
