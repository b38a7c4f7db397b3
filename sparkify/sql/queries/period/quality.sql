-- One row: files and time of the latest load, rejected records, and the period's plays whose song
-- is in the catalogue.
with

files as (

    select
        count(distinct uri) as files,
        max(loaded_at) as last_load_at

    from loaded_files

),

rejections as (

    select count(*) as rejected_records
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
    rejections.rejected_records,
    events.last_event_at,
    matched.plays,
    matched.matched_plays

from files

cross join rejections

cross join events

cross join matched
