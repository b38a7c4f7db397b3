-- One row per batch in the ledger: earlier versions had no order but that of their clock.
insert into batches (batch_number, run_id, loaded_at)
select
    row_number() over (
        order by loaded_at
    ) as batch_number,
    max(run_id) as run_id,
    loaded_at

from loaded_files

group by 3
