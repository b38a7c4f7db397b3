-- One row per forgotten user, or other step of an erasure: the log, which says when and why.
-- It outlives create-tables, and says of whom only to whoever has the key.
create table if not exists erasures (
    -- forget; unsuppress if later loads take the user's records again; dropped if a load left out
    -- records of forgotten users.
    action varchar(16) not null,
    -- The user, as in suppressed_users; empty for dropped.
    user_hash varchar(64) not null,
    -- Why, as given to the command; for dropped the run.
    reason varchar(512) not null,
    -- The request that it answers, such as the number of a ticket, as given to the command.
    reference varchar(256) not null,
    -- When the rows were deleted, in UTC.
    erased_at timestamp default sysdate,
    -- When the bytes of the deleted rows were gone from the storage, in UTC; null until then.
    bytes_gone_at timestamp
)
diststyle auto
