-- One row: who we are, and whether that is a superuser.
select
    usename as user_name,
    usesuper as is_superuser
from pg_user
where usename = current_user
