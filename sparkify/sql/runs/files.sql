-- One row: the number of files of a run that are still loaded.
select count(*) as files

from loaded_files

where run_id = :run_id
