-- One row: the highest number of a batch, and the latest time at which one began; null without any.
-- A clock may have been set back, so they can be of two batches.
select
    max(batch_number) as batch_number,
    max(loaded_at) as loaded_at

from batches
