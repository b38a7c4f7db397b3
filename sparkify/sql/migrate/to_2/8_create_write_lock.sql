-- No rows: a run on Redshift locks this table.
create table write_lock (
    locked_at timestamp
)
