-- The share of plays with a known song has not fallen against the four weeks before.
-- severity: warn
-- each: {matched_percent}% of {plays:play} have a known song; it was {matched_percent_before}%
-- try: see whether song files are missing at the source
-- It is reported if a quarter of the share is gone, and chance explains that in one of two hundred
-- batches: both numbers are counts, and the angles of their shares (the arcsine of the square root,
-- after Anscombe) differ by 2.576 of their standard deviations. So one match less of one, or of
-- few, is not reported. bench/alarms.py measures what is reported.
with

periods as (

    select
        case
            when loaded_at >= :since and change = 'new' then 'batch'
            else 'before'
        end as period,
        cast(sum(plays) as double precision) as plays,
        cast(sum(matched_plays) as double precision) as matched

    from batch_days

    where
        event_date >= cast(dateadd(day, -28, cast(:first_start_time as timestamp)) as date)
        and event_date <= cast(:last_start_time as date)

    group by 1

    having sum(plays) > 0

),

angles as (

    select
        period,
        plays,
        matched / plays as share,
        asin(sqrt((matched + 0.375) / (plays + 0.75))) as angle,
        1 / (4 * plays + 2) as variance

    from periods

)

select
    cast(batch.plays as bigint) as plays,
    round(1000 * batch.share) / 10 as matched_percent,
    round(1000 * before.share) / 10 as matched_percent_before

from angles as batch

inner join angles as before
    on batch.period != before.period

where
    batch.period = 'batch'
    and batch.share < before.share * 0.75
    and batch.angle < before.angle - 2.576 * sqrt(batch.variance + before.variance)
