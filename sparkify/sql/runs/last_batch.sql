-- One row: the latest batch, null if there is none.
select max(loaded_at) as loaded_at
from loaded_files
