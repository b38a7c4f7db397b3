-- No row: the table runs is gone.
drop table if exists runs
