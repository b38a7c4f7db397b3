-- One row per nothing: it stays empty. A run on Redshift locks it, so that there is one at a time,
-- and that those who read the other tables need not wait.
create table write_lock (
    -- Never filled.
    locked_at timestamp
)
