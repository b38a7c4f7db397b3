-- Every object of the files is staged or refused: as many as were delivered, no more and no less.
with

delivered as (

    select
        staging_table,
        loaded_at,
        sum(objects) as delivered,
        sum(refused) as refused

    from loaded_files

    where
        loaded_at >= :since
        and objects is not null

    group by 1, 2

),

staged as (

    select
        'staging_events' as staging_table,
        loaded_at,
        count(*) as staged

    from staging_events

    where loaded_at >= :since

    group by 1, 2

    union all

    select
        'staging_songs' as staging_table,
        loaded_at,
        count(*) as staged

    from staging_songs

    where loaded_at >= :since

    group by 1, 2

)

select
    delivered.staging_table,
    delivered.loaded_at,
    delivered.delivered,
    delivered.refused,
    coalesce(staged.staged, 0) as staged

from delivered

left join staged
    on
        delivered.staging_table = staged.staging_table
        and delivered.loaded_at = staged.loaded_at

where delivered.delivered != delivered.refused + coalesce(staged.staged, 0)
