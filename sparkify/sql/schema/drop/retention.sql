-- No row: the view retention is gone.
drop view if exists retention
