-- Volume: no day has far fewer plays than its weekday usually has.
-- severity: warn
-- each: {day_of_plays} has {plays:play}; usual are {usual_plays}, and at least {fewest_plays}
-- try: see whether files of that day are missing at the source
-- A day is complete, and checked, once plays of a later day arrive, and again if it changes. It is
-- compared with its weekday in the twelve weeks before, and until two weeks are known with all
-- days. Numbers are compared by their logarithm: days vary by a share of their plays. Earlier days
-- far from the median of their weekday are left out: four standard deviations, the median distance
-- being 0.6745 of one; without weekdays at least a factor of eight. The bound is 1.9 standard
-- deviations of a prediction below the mean of the weekday, a little more where few days are known:
-- less than one day in thirty falls below it by chance. A day is also reported only if three
-- tenths are missing, and more than chance explains in so few plays (2.5 square roots).
-- bench/alarms.py measures what is reported.
with

days as (

    select
        event_date as day_of_plays,
        cast(sum(plays) as bigint) as plays

    from batch_days

    where
        event_date >= cast(dateadd(day, -92, cast(:first_start_time as timestamp)) as date)
        and event_date <= cast(dateadd(day, 14, cast(:last_start_time as timestamp)) as date)

    group by 1

    having sum(plays) > 0

),

arrivals as (

    select
        event_date as day_of_plays,
        min(loaded_at) as first_loaded_at,
        max(loaded_at) as last_loaded_at

    from batch_days

    where
        event_date >= cast(dateadd(day, -8, cast(:first_start_time as timestamp)) as date)
        and event_date <= cast(dateadd(day, 14, cast(:last_start_time as timestamp)) as date)
        and plays > 0

    group by 1

),

-- A day without plays is noticed if its weekday had some a week before.
calendar as (

    select
        day_of_plays,
        plays

    from days

    union all

    select
        weekday_before.day_of_plays + 7 as day_of_plays,
        0 as plays

    from days as weekday_before

    left join days as same_day
        on weekday_before.day_of_plays + 7 = same_day.day_of_plays

    where same_day.day_of_plays is null

),

followed as (

    select
        calendar.day_of_plays,
        calendar.plays,
        min(days.day_of_plays) as next_day

    from calendar

    inner join days
        on calendar.day_of_plays < days.day_of_plays

    where
        calendar.day_of_plays >= cast(:first_start_time as date) - 8
        and calendar.day_of_plays <= cast(:last_start_time as date)

    group by 1, 2

),

checked as (

    select
        followed.day_of_plays,
        followed.plays

    from followed

    inner join arrivals as following
        on followed.next_day = following.day_of_plays

    left join arrivals as own
        on followed.day_of_plays = own.day_of_plays

    where
        following.first_loaded_at >= :since
        or own.last_loaded_at >= :since

),

knowledge as (

    select
        checked.day_of_plays,
        checked.plays,
        case
            when checked.day_of_plays - min(earlier.day_of_plays) >= 14
                then extract(dow from checked.day_of_plays)
        end as weekday

    from checked

    inner join days as earlier
        on
            checked.day_of_plays > earlier.day_of_plays
            and checked.day_of_plays - 84 <= earlier.day_of_plays

    group by 1, 2

),

-- A weekday of -1 is that of all days, where weekdays are not yet known.
history as (

    select
        knowledge.day_of_plays,
        case
            when knowledge.weekday is null then -1
            else extract(dow from earlier.day_of_plays)
        end as weekday,
        ln(cast(earlier.plays as double precision) + 0.5) as log_plays

    from knowledge

    inner join days as earlier
        on
            knowledge.day_of_plays > earlier.day_of_plays
            and knowledge.day_of_plays - 84 <= earlier.day_of_plays

),

weekday_medians as (

    select
        day_of_plays,
        weekday,
        percentile_cont(0.5) within group (order by log_plays) as median_log

    from history

    group by 1, 2

),

distances as (

    select
        history.day_of_plays,
        history.weekday,
        history.log_plays,
        abs(history.log_plays - weekday_medians.median_log) as distance

    from history

    inner join weekday_medians
        on
            history.day_of_plays = weekday_medians.day_of_plays
            and history.weekday = weekday_medians.weekday

),

median_distances as (

    select
        day_of_plays,
        percentile_cont(0.5) within group (order by distance) as median_distance

    from distances

    group by 1

),

weekdays as (

    select
        distances.day_of_plays,
        distances.weekday,
        cast(count(*) as double precision) as days,
        avg(distances.log_plays) as mean_log,
        coalesce(var_samp(distances.log_plays), 0) * (count(*) - 1) as squares

    from distances

    inner join median_distances
        on distances.day_of_plays = median_distances.day_of_plays

    where
        distances.distance * 0.6745 <= 4 * median_distances.median_distance
        or (distances.weekday = -1 and distances.distance <= ln(cast(8 as double precision)))

    group by 1, 2

),

spreads as (

    select
        day_of_plays,
        sum(days - 1) as freedom,
        sum(squares) / sum(days - 1) as variance

    from weekdays

    group by 1

    having sum(days - 1) >= 4

),

usual as (

    select
        knowledge.day_of_plays,
        knowledge.plays,
        exp(weekdays.mean_log) as usual_plays,
        exp(
            weekdays.mean_log
            - 1.9 * (1 + 1.15 / spreads.freedom)
            * sqrt(spreads.variance * (1 + 1 / weekdays.days))
        ) as expected_plays

    from knowledge

    inner join weekdays
        on
            knowledge.day_of_plays = weekdays.day_of_plays
            and coalesce(knowledge.weekday, -1) = weekdays.weekday

    inner join spreads
        on knowledge.day_of_plays = spreads.day_of_plays

    where weekdays.days >= 2

),

bounds as (

    select
        day_of_plays,
        plays,
        usual_plays,
        least(
            expected_plays,
            usual_plays * 0.7,
            usual_plays - 2.5 * sqrt(usual_plays)
        ) as fewest_plays

    from usual

)

select
    day_of_plays,
    plays,
    round(usual_plays) as usual_plays,
    round(fewest_plays) as fewest_plays

from bounds

where plays + 0.5 < fewest_plays

order by 1
