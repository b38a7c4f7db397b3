-- No row: the table time is gone.
drop table if exists "time"
