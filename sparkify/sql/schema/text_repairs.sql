-- One row per title or artist name that the logs spell in UTF-8 encoded twice.
create table text_repairs (
    -- The text as the logs spell it.
    delivered varchar(1024) not null,
    -- The text as it should read, which is what songs are matched by.
    repaired varchar(1024) not null,
    primary key (delivered)
)
diststyle auto
sortkey (delivered)
