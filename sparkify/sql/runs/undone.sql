-- One row: a run whose rows were taken back out.
update runs
set outcome = 'undone'
where run_id = :run_id
