-- No row: the table check_results is gone.
drop table if exists check_results
