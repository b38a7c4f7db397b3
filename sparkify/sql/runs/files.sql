-- One row: how many files a run loaded that are still loaded.
select count(*) as files

from loaded_files

where run_id = :run_id
