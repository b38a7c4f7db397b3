-- No row: the table write_lock is gone.
drop table if exists write_lock
