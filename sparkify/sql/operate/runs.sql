-- One row per run that had files to load, the latest first, with what it loaded.
with

batches as (

    select
        run_id,
        loaded_at,
        count(*) as files,
        sum(bytes) as bytes,
        sum(objects) as objects,
        sum(refused) as refused

    from loaded_files

    where run_id is not null

    group by 1, 2

),

loads as (

    select
        run_id,
        count(*) as batches,
        sum(files) as files,
        sum(bytes) as bytes,
        sum(objects) as objects,
        sum(refused) as refused

    from batches

    group by 1

),

rejected as (

    select
        run_id,
        count(*) as files

    from rejected_files

    group by 1

)

select
    runs.run_id,
    runs.started_at,
    runs.ended_at,
    runs.outcome,
    cast(coalesce(loads.batches, 0) as bigint) as batches,
    cast(coalesce(loads.files, 0) as bigint) as files,
    cast(coalesce(loads.bytes, 0) as bigint) as bytes,
    cast(coalesce(loads.objects, 0) as bigint) as records,
    cast(coalesce(loads.refused, 0) as bigint) as rejected,
    cast(coalesce(rejected.files, 0) as bigint) as rejected_files,
    coalesce(runs.error, '') as error,
    coalesce(runs.stage_seconds, '{}') as stage_seconds,
    runs.peak_memory_bytes,
    cast(coalesce(runs.changed_records, 0) as bigint) as changed

from runs

left join loads
    on runs.run_id = loads.run_id

left join rejected
    on runs.run_id = rejected.run_id

order by 2 desc, 1 desc
