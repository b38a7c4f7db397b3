-- One row per transaction that has the lock: who runs it, by which process, since when (UTC).
-- A parameter names the schema, since the function for it runs on the leader node only.
-- A user who is no superuser sees only their own transactions.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TRANSACTIONS.html
select
    trim(held.txn_owner) as owner_name,
    held.pid,
    held.txn_start

from svv_transactions as held

inner join pg_class as locked
    on held.relation = locked.oid

inner join pg_namespace as place
    on locked.relnamespace = place.oid

where
    held.granted
    and held.lock_mode = 'AccessExclusiveLock'
    and locked.relname = 'write_lock'
    and place.nspname = :schema_name

order by 3
