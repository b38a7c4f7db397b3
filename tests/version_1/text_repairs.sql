-- One row per title or artist name that the logs spell in UTF-8 encoded twice.
create table text_repairs (
    delivered varchar(1024) not null,
    repaired varchar(1024) not null,
    primary key (delivered)
)
diststyle auto
sortkey (delivered)
