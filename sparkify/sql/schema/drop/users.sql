-- No row: the table users is gone.
drop table if exists users
