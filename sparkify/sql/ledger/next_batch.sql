-- One row: the number of the next batch, and how many batches already have its loaded_at.
select
    coalesce(max(batch_number), 0) + 1 as batch_number,
    count(case when loaded_at = :loaded_at then 1 end) as batches_of_this_time

from batches
