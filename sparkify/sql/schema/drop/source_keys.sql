-- No row: the table source_keys is gone.
drop table if exists source_keys
