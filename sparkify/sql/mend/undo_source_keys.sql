-- No row: what a run was the first to see of the source is forgotten.
delete from source_keys
where run_id = :run_id
