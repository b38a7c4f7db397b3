-- One row per table or view of the schema and user, group or role that was granted to read it.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_RELATION_PRIVILEGES.html
select
    relation_name as view_name,
    identity_type as kind,
    identity_name as grantee

from svv_relation_privileges

where
    namespace_name = :schema
    and privilege_type = 'SELECT'

order by 1, 2, 3
