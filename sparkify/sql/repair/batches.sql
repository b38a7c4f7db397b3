-- One row per loaded batch, the earliest first.
select distinct loaded_at

from loaded_files

order by 1
