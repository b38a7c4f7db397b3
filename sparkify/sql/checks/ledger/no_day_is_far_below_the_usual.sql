-- No day has less than a fifth of the events of an average day of the four weeks before it.
-- severity: warn
-- A day counts if it is done, which it is once events of a later day are there; three days before
-- it, at least, make an average.
with

days as (

    select
        cast(ts as date) as day_of_events,
        count(*) as events

    from staging_events

    where
        ts >= dateadd(day, -28, cast(:first_moment as timestamp))
        and ts <= :last_moment

    group by 1

),

usual as (

    select
        days.day_of_events,
        days.events,
        count(*) as days_before,
        avg(cast(earlier.events as double precision)) as average

    from days

    inner join days as earlier
        on
            days.day_of_events > earlier.day_of_events
            and days.day_of_events - 28 <= earlier.day_of_events

    where days.day_of_events < cast(:last_moment as date)

    group by 1, 2

)

select
    day_of_events,
    events,
    round(average) as usual_events

from usual

where
    days_before >= 3
    and events < average / 5
    and day_of_events >= cast(:first_moment as date)
