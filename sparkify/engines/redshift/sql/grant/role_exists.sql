-- One row if the role analysts is there.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_ROLES.html
select role_name
from svv_roles
where role_name = 'analysts'
