-- One row per timestamp at which no song was started, deleted.
delete from "time"
using unplayed_timestamps
where
    "time".start_time = unplayed_timestamps.start_time
    and "time".start_time between :first_replaced_time and :last_replaced_time
