-- One row per day of the earlier plays whose song the batch changed, if more or fewer are known.
insert into batch_days (loaded_at, event_date, change, events, plays, matched_plays)

select
    cast(:loaded_at as timestamp) as loaded_at,
    cast(start_time as date) as event_date,
    'rematched' as change,
    0 as events,
    0 as plays,
    count(song_id) - count(former_song_id) as matched_plays

from changed_matches

group by 2

having count(song_id) != count(former_song_id)
