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
        cast(start_time as date) as event_date,
        sum(plays) as plays

    from batch_timestamps

    group by 1

),

matched as (

    select
        titles_to_match.play_date as event_date,
        sum(titles_to_match.plays) as plays

    from titles_to_match

    inner join matched_titles
        on
            titles_to_match.title = matched_titles.title
            and titles_to_match.artist_name = matched_titles.artist_name
            and titles_to_match.duration = matched_titles.duration

    where titles_to_match.plays > 0

    group by 1

)

select
    received.loaded_at,
    received.event_date,
    'new' as change,
    received.events,
    received.latest_event_at,
    coalesce(started.plays, 0) as plays,
    coalesce(matched.plays, 0) as matched_plays

from received

left join started
    on received.event_date = started.event_date

left join matched
    on received.event_date = matched.event_date
