-- No row: time is empty, to be filled anew from staging.
delete from "time"
