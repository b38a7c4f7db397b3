-- One row per nothing: the table stays empty. A run on Redshift locks it, so that one run writes at
-- a time and readers of the other tables do not wait.
create table write_lock (
    -- Never filled.
    locked_at timestamp
)
