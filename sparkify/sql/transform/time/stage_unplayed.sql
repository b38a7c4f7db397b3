-- One row per known timestamp at which no song was started: the event there was corrected.
create temporary table unplayed_timestamps as

select distinct repeated_events.occurred_at as start_time

from repeated_events

inner join "time"
    on repeated_events.occurred_at = "time".start_time

left join songplays
    on repeated_events.occurred_at = songplays.start_time

where
    repeated_events.loaded_at = :loaded_at
    and songplays.start_time is null
