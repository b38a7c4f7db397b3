-- One row: the number of files that are loaded, in any version.
select count(distinct uri) as files
from loaded_files
