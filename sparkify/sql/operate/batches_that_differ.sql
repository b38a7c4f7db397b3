-- One row per batch and staging table for which ledger and tables differ in the number of records.
-- Batches of versions that did not count records are left out.
with

counted as (

    select
        staging_table,
        loaded_at,
        objects as records,
        refused as rejected,
        0 as suppressed,
        0 as staged,
        case when objects is null then 1 else 0 end as uncounted

    from loaded_files

    union all

    select
        'staging_events' as staging_table,
        loaded_at,
        0 as records,
        0 as rejected,
        0 as suppressed,
        1 as staged,
        0 as uncounted

    from staging_events

    union all

    select
        'staging_songs' as staging_table,
        loaded_at,
        0 as records,
        0 as rejected,
        0 as suppressed,
        1 as staged,
        0 as uncounted

    from staging_songs

    union all

    -- Only events are of users.
    select
        'staging_events' as staging_table,
        loaded_at,
        0 as records,
        0 as rejected,
        suppressed,
        0 as staged,
        0 as uncounted

    from batches

    where suppressed > 0

)

select
    staging_table,
    loaded_at,
    cast(sum(records) as bigint) as records,
    cast(sum(rejected) as bigint) as rejected,
    cast(sum(suppressed) as bigint) as suppressed,
    cast(sum(staged) as bigint) as staged

from counted

group by 1, 2

having
    sum(uncounted) = 0
    and sum(records) != sum(rejected) + sum(suppressed) + sum(staged)

order by 2, 1
