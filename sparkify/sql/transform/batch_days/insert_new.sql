-- One row per day of the batch's events: their number, and the plays among them as inserted.
insert into batch_days (
    loaded_at,
    event_date,
    change,
    events,
    latest_event_at,
    plays,
    matched_plays
)

with

received as (

    select
        loaded_at,
        cast(ts as date) as event_date,
        count(*) as events,
        max(ts) as latest_event_at

    from staging_events

    where
        loaded_at = :loaded_at
        and ts is not null

    group by 1, 2

),

started as (

    select
        cast(staged_plays.start_time as date) as event_date,
        count(*) as plays,
        count(matched_plays.song_id) as matched_plays

    from staged_plays

    left join matched_plays
        on
            staged_plays.songplay_id = matched_plays.songplay_id
            and staged_plays.user_id = matched_plays.user_id

    where staged_plays.loaded_at = :loaded_at

    group by 1

)

select
    received.loaded_at,
    received.event_date,
    'new' as change,
    received.events,
    received.latest_event_at,
    coalesce(started.plays, 0) as plays,
    coalesce(started.matched_plays, 0) as matched_plays

from received

left join started
    on received.event_date = started.event_date
