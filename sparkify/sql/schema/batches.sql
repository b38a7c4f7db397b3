-- One row per loaded batch. Its number, and no clock, says which batch is later.
create table batches (
    -- Number of the batch, counted from 1 in the order of loading.
    batch_number bigint not null,
    -- The run that loaded it; null for batches that earlier versions loaded.
    run_id varchar(64),
    -- When the load of the batch began, in UTC, as in its rows; no two batches have the same.
    loaded_at timestamp default sysdate,
    -- Number of its records that are not in staging, since their user is forgotten.
    suppressed bigint default 0
)
diststyle auto
