-- No row: the view level_funnel is gone.
drop view if exists level_funnel
