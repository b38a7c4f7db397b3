-- One row: the latest batch; none if nothing is loaded.
select
    batch_number,
    loaded_at

from batches

order by 1 desc

limit 1
