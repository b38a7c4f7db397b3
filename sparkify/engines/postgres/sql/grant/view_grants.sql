-- One row per table or view of the schema we work in and role that was granted to read it.
-- A role is granted like a user; the owner needs no grant.
select
    table_name as view_name,
    case when grantee = 'PUBLIC' then 'public' else 'user' end as kind,
    grantee

from information_schema.table_privileges

where
    table_schema = current_schema()
    and privilege_type = 'SELECT'
    and grantee != current_user

order by 1, 2, 3
