-- One row per moment at which a song was started, in UTC.
-- week is ISO 8601's; weekday counts from Sunday = 0.
create table "time" (
    start_time timestamp not null,
    hour integer not null,
    day integer not null,
    week integer not null,
    month integer not null,
    year integer not null,
    weekday integer not null,
    primary key (start_time)
)
diststyle auto
sortkey (start_time)
