-- One row per loaded batch, in the order of loading.
select
    batch_number,
    loaded_at

from batches

order by 1
