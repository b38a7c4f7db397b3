-- One row if the role analysts exists.
select rolname as role_name
from pg_roles
where rolname = 'analysts'
