-- One row per run that was killed before it could record its outcome.
update runs
set outcome = 'interrupted'
where outcome = 'running'
