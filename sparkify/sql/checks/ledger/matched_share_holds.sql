-- The share of plays with a known song is at least half of that of the four weeks before.
-- severity: warn
-- Shares of fewer than a hundred plays are not compared.
with

shares as (

    select
        case
            when start_time between :first_start_time and :last_start_time then 'batch'
            else 'before'
        end as period,
        count(*) as plays,
        cast(count(song_id) as double precision) / count(*) as matched_share

    from songplays

    where
        start_time >= dateadd(day, -28, cast(:first_start_time as timestamp))
        and start_time <= :last_start_time

    group by 1

)

select
    batch.plays,
    batch.matched_share,
    before.matched_share as matched_share_before

from shares as batch

inner join shares as before
    on batch.period != before.period

where
    batch.period = 'batch'
    and batch.plays >= 100
    and before.plays >= 100
    and batch.matched_share < before.matched_share / 2
