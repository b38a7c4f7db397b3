-- One row: which version of Sparkify's tables these are.
select max(version) as version
from warehouse_version
