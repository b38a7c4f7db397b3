-- One row per batch to remove, with the run that loaded it.
create temporary table removed_batches (
    batch_number bigint not null,
    run_id varchar(64)
)
