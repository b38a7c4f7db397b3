-- One row per timestamp at which a song was started, in UTC.
-- week is the ISO 8601 week; weekday counts from Sunday = 0.
create table "time" (
    -- The timestamp, in UTC, to the millisecond; key ts of the log. Personal: indirect.
    start_time timestamp not null,
    -- Hour of the day, 0 to 23, in UTC.
    hour integer not null,
    -- Day of the month, 1 to 31.
    day integer not null,
    -- Week of the year by ISO 8601, 1 to 53.
    week integer not null,
    -- Month, 1 to 12.
    month integer not null,
    -- Calendar year, which can differ from the year of the ISO week around New Year.
    year integer not null,
    -- Day of the week, 0 for Sunday to 6 for Saturday.
    weekday integer not null
)
diststyle auto
sortkey (start_time)
