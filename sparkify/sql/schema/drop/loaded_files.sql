-- No row: the table loaded_files is gone.
drop table if exists loaded_files
