-- One row per loaded batch, numbered in the order of loading.
create table batches (
    batch_number bigint not null,
    run_id varchar(64),
    loaded_at timestamp default sysdate
)
diststyle auto
