-- At least half as large a share of the plays is of known songs as in the four weeks before.
-- severity: warn
-- Fewer than a hundred plays tell nothing.
with

shares as (

    select
        case
            when start_time between :first_moment and :last_moment then 'delivered'
            else 'before'
        end as delivery,
        count(*) as plays,
        avg(case when song_id is null then 0.0 else 1.0 end) as matched_share

    from songplays

    where
        start_time >= dateadd(day, -28, cast(:first_moment as timestamp))
        and start_time <= :last_moment

    group by 1

)

select
    delivered.plays,
    delivered.matched_share,
    before.matched_share as matched_share_before

from shares as delivered

inner join shares as before
    on delivered.delivery != before.delivery

where
    delivered.delivery = 'delivered'
    and delivered.plays >= 100
    and before.plays >= 100
    and delivered.matched_share < before.matched_share / 2
