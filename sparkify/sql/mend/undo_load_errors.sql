-- No row: what a run refused is forgotten, since its files are pending.
delete from load_errors
where run_id = :run_id
