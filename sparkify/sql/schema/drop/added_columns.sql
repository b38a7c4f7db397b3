-- No row: the table added_columns is gone.
drop table if exists added_columns
