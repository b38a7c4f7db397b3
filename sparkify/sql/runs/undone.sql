-- One row: the run whose rows were deleted.
update runs
set outcome = 'undone'
where run_id = :run_id
