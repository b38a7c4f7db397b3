-- No row: the files of a run are not loaded, and so pending.
delete from loaded_files
where run_id = :run_id
