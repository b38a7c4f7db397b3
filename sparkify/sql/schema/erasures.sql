-- One row per forgotten user: the log of erasures, which says when and why, and not of whom.
-- It outlives create-tables.
create table if not exists erasures (
    -- Why, as given to the command.
    reason varchar(512) not null,
    -- The request that it answers, such as the number of a ticket, as given to the command.
    reference varchar(256) not null,
    -- When the rows were deleted, in UTC.
    erased_at timestamp default sysdate,
    -- When the bytes of the deleted rows were gone from the storage, in UTC; null until then.
    bytes_gone_at timestamp
)
diststyle auto
