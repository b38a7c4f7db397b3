-- No row: the table load_errors is gone.
drop table if exists load_errors
