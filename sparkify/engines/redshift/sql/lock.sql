-- One run at a time: it has this table, which nobody reads, until its transaction ends.
lock table write_lock
