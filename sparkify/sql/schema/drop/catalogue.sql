-- No row: the view catalogue is gone.
drop view if exists catalogue
