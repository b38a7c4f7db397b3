-- One row per session that the session of the process :process waits for.
select
    usename as owner_name,
    pid,
    xact_start at time zone 'UTC' as txn_start
from pg_stat_activity
where pid = any(pg_blocking_pids(:process))
order by 3
