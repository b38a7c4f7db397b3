-- Freshness: the latest event is at most twice the usual lag plus one day old.
-- severity: warn
-- each: the latest event is of {newest_event}, {hours_old:hour} ago; usual are {usual_hours_old}
-- try: see whether new logs still reach the source
-- The usual lag is the average over the batches of the last four weeks before the latest one, three
-- at least. So logs that end while songs still arrive are noticed, and old logs are not.
with

batches as (

    select distinct loaded_at

    from loaded_files

    where loaded_at >= dateadd(day, -28, cast(sysdate as timestamp))

),

newest as (

    select
        loaded_at,
        max(latest_event_at) as newest_event

    from batch_days

    where loaded_at >= dateadd(day, -28, cast(sysdate as timestamp))

    group by 1

),

loads as (

    select
        batches.loaded_at,
        max(newest.newest_event) over (
            order by batches.loaded_at
            rows between unbounded preceding and current row
        ) as newest_event,
        lead(batches.loaded_at) over (
            order by batches.loaded_at
        ) as next_load

    from batches

    left join newest
        on batches.loaded_at = newest.loaded_at

),

usual as (

    select
        count(*) as loads_before,
        avg(cast(datediff(second, newest_event, loaded_at) as double precision)) as seconds_old

    from loads

    where
        newest_event is not null
        and next_load is not null

),

latest as (

    select
        newest_event,
        datediff(second, newest_event, cast(sysdate as timestamp)) as seconds_old

    from loads

    where next_load is null

)

select
    latest.newest_event,
    round(cast(latest.seconds_old as double precision) / 3600) as hours_old,
    round(usual.seconds_old / 3600) as usual_hours_old

from latest

cross join usual

where
    usual.loads_before >= 3
    and latest.seconds_old > usual.seconds_old * 2 + 86400
