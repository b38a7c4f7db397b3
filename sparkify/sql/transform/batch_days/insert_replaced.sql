-- One row per day of the earlier plays that the batch corrects, which were deleted: as many fewer.
insert into batch_days (loaded_at, event_date, change, events, plays, matched_plays)

select
    cast(:loaded_at as timestamp) as loaded_at,
    cast(start_time as date) as event_date,
    'replaced' as change,
    0 as events,
    -count(*) as plays,
    -count(song_id) as matched_plays

from plays_before

group by 2
