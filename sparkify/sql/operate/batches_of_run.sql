-- One row per batch of a run and staging table.
select
    loaded_at,
    staging_table,
    count(*) as files,
    cast(sum(bytes) as bigint) as bytes,
    cast(sum(objects) as bigint) as records,
    cast(sum(refused) as bigint) as rejected

from loaded_files

where run_id = :run_id

group by 1, 2

order by 1, 2
