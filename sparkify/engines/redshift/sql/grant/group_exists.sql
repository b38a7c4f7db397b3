-- One row if the group analysts is there.
select groname as group_name
from pg_group
where groname = 'analysts'
