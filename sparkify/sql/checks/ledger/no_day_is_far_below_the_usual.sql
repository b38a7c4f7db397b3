-- Volume: no day has less than a fifth of the events of an average day of the four weeks before.
-- severity: warn
-- A day is complete, and checked, once events of the next day arrive. The average needs at least
-- three days.
with

days as (

    select
        cast(ts as date) as day_of_events,
        count(*) as events

    from staging_events

    where
        ts >= dateadd(day, -29, cast(:first_start_time as timestamp))
        and ts <= :last_start_time

    group by 1

),

followed as (

    select
        day_of_events,
        events,
        lead(day_of_events) over (
            order by day_of_events
        ) as next_day

    from days

),

usual as (

    select
        followed.day_of_events,
        followed.events,
        followed.next_day,
        count(*) as days_before,
        avg(cast(earlier.events as double precision)) as average

    from followed

    inner join days as earlier
        on
            followed.day_of_events > earlier.day_of_events
            and followed.day_of_events - 28 <= earlier.day_of_events

    group by 1, 2, 3

)

select
    day_of_events,
    events,
    round(average) as usual_events

from usual

where
    days_before >= 3
    and events < average / 5
    and next_day >= cast(:first_start_time as date)
