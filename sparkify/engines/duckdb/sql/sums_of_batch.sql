-- One row: whether plays and timestamps in the span of the batch add up to what was staged.
-- Sums of hashes of 64 bits that agree, and numbers that agree, are of the same rows, but for a
-- chance of one in 2^64. Each timestamp of the batch is counted as often as it has plays.
with

staged as (

    select
        count(*) as plays,
        sum(hash(songplay_id, start_time, user_id)) as play_sum

    from staged_plays

    where loaded_at = :loaded_at

),

inserted as (

    select
        count(*) as plays,
        sum(hash(songplay_id, start_time, user_id)) as play_sum,
        sum(hash(start_time)) as timestamp_sum

    from songplays

    where start_time between :first_start_time and :last_start_time

),

started as (

    select
        count(*) as timestamps,
        sum(hash(start_time)) as timestamp_sum,
        sum(plays) as plays,
        sum(cast(hash(start_time) as hugeint) * plays) as play_sum

    from batch_timestamps

),

known as (

    select
        count(*) as timestamps,
        sum(hash(start_time)) as timestamp_sum

    from "time"

    where start_time between :first_start_time and :last_start_time

)

select
    staged.plays = inserted.plays
    and coalesce(staged.play_sum, 0) = coalesce(inserted.play_sum, 0) as plays_add_up,
    coalesce(started.plays, 0) = inserted.plays
    and coalesce(started.play_sum, 0) = coalesce(inserted.timestamp_sum, 0)
    and started.timestamps = known.timestamps
    and coalesce(started.timestamp_sum, 0) = coalesce(known.timestamp_sum, 0) as timestamps_add_up

from staged, inserted, started, known
