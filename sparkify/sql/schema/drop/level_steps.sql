-- No row: the view level_steps is gone.
drop view if exists level_steps
