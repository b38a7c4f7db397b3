-- One row per title or artist name that is UTF-8 encoded twice in the logs.
create table text_repairs (
    -- The text as received.
    delivered varchar(1024) not null,
    -- The text as it should read; songs are matched by it.
    repaired varchar(1024) not null
)
diststyle auto
sortkey (delivered)
