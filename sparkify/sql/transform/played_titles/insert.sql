-- One row per title and duration of the plays of these days that is not known, or not so early; and
-- one for the batch.
insert into played_titles (title, duration, first_play_date, batch_number)

with

played as (

    select
        title,
        duration,
        cast(min(start_time) as date) as first_play_date

    from songplays

    where
        start_time >= :first_new_time
        and start_time < :end_of_new_time
        and title is not null
        and duration is not null

    group by 1, 2

),

known as (

    select
        title,
        duration,
        min(first_play_date) as first_play_date

    from played_titles

    where title is not null

    group by 1, 2

)

select
    played.title,
    played.duration,
    played.first_play_date,
    cast(null as bigint) as batch_number

from played

left join known
    on
        played.title = known.title
        and played.duration = known.duration

where
    known.first_play_date is null
    or known.first_play_date > played.first_play_date

union all

select
    null as title,
    null as duration,
    null as first_play_date,
    batch_number

from batches

where loaded_at = :loaded_at
