-- No row: the table text_repairs is gone.
drop table if exists text_repairs
