-- One row: the version of the warehouse's tables.
select max(version) as version
from warehouse_version
