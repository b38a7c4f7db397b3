-- One row per run that was killed before it could say how it ended.
update runs
set outcome = 'interrupted'
where outcome = 'running'
