-- Every record of the files is staged, rejected, or of a forgotten user, by ledger and tables.
with

loaded as (

    select
        staging_table,
        loaded_at,
        sum(objects) as records,
        sum(refused) as rejected

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
    loaded.staging_table,
    loaded.loaded_at,
    loaded.records,
    loaded.rejected,
    coalesce(batches.suppressed, 0) as suppressed,
    coalesce(staged.staged, 0) as staged

from loaded

left join staged
    on
        loaded.staging_table = staged.staging_table
        and loaded.loaded_at = staged.loaded_at

-- Only events are of users.
left join batches
    on
        loaded.loaded_at = batches.loaded_at
        and loaded.staging_table = 'staging_events'

where
    loaded.records
    != loaded.rejected + coalesce(batches.suppressed, 0) + coalesce(staged.staged, 0)
