-- One row per batch, day (UTC) and kind of change: what the batch brought to the plays of that day.
-- The sum of a day's rows is its plays, so checks over weeks need not read them. A rebuild fills it
-- again.
create table batch_days (
    -- When the load of the batch began, in UTC, as in its rows.
    loaded_at timestamp not null,
    -- The day, in UTC.
    event_date date not null,
    -- What it changed: new for its own events, replaced for earlier plays that it corrects,
    -- rematched for earlier plays whose song became known or is gone.
    change varchar(16) not null,
    -- Number of its events as received; 0 if it is not new.
    events bigint not null,
    -- Timestamp of the latest of its events, in UTC; null if it is not new.
    latest_event_at timestamp,
    -- Number of plays that it added; below 0 for replaced ones.
    plays bigint not null,
    -- Number of plays with a known song that it added; below 0 where there are fewer.
    matched_plays bigint not null
)
diststyle auto
sortkey (event_date)
