-- One row per batch and staging table of which the ledger tells other numbers than the tables hold.
-- Files that a version before the counts loaded have none, and are not judged.
with

counted as (

    select
        staging_table,
        loaded_at,
        objects as delivered,
        refused,
        0 as staged,
        case when objects is null then 1 else 0 end as untold

    from loaded_files

    union all

    select
        'staging_events' as staging_table,
        loaded_at,
        0 as delivered,
        0 as refused,
        1 as staged,
        0 as untold

    from staging_events

    union all

    select
        'staging_songs' as staging_table,
        loaded_at,
        0 as delivered,
        0 as refused,
        1 as staged,
        0 as untold

    from staging_songs

)

select
    staging_table,
    loaded_at,
    cast(sum(delivered) as bigint) as delivered,
    cast(sum(refused) as bigint) as refused,
    cast(sum(staged) as bigint) as staged

from counted

group by 1, 2

having
    sum(untold) = 0
    and sum(delivered) != sum(refused) + sum(staged)

order by 2, 1
