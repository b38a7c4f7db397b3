-- One row per batch that is loaded, the first one first.
select distinct loaded_at

from loaded_files

order by 1
