-- One row per timestamp of an earlier play that the batch repeats at which no song is started now.
-- The event there was corrected. Plays are looked for between the first and the last of these.
create temporary table unplayed_timestamps as

with

played as (

    select start_time

    from songplays

    where start_time between :first_replaced_time and :last_replaced_time

)

select distinct plays_before.start_time

from plays_before

left join played
    on plays_before.start_time = played.start_time

where played.start_time is null
