-- One row: how many slices of the cluster read files at the same time.
-- stv_slices is not there on workgroups.
select count(*) as slices
from stv_slices
