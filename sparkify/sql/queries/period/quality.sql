-- One row: what was loaded until when and what was refused, and how many of the period's plays the
-- catalogue knows.
with

files as (

    select
        count(*) as files,
        max(loaded_at) as last_load_at

    from loaded_files

),

refusals as (

    select count(*) as refused_objects
    from load_errors

),

events as (

    select max(ts) as last_event_at

    from staging_events

    where userid is not null

),

matched as (

    select
        count(*) as plays,
        count(song_id) as matched_plays

    from songplays

    where
        start_time >= :period_start
        and start_time < :period_end

)

select
    files.files,
    files.last_load_at,
    refusals.refused_objects,
    events.last_event_at,
    matched.plays,
    matched.matched_plays

from files

cross join refusals

cross join events

cross join matched
