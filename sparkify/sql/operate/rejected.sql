-- One row per rejected record, and per file that was rejected whole, the latest first.
-- A file has no line and no text. is_open is true while no later version of the file is loaded.
with

latest as (

    select
        uri,
        loaded_at,
        batch_number

    from file_versions

    where is_latest

),

rejected as (

    select
        load_errors.loaded_at,
        load_errors.run_id,
        load_errors.uri,
        load_errors.etag,
        load_errors.staging_table,
        load_errors.line,
        load_errors.column_name,
        load_errors.reason,
        load_errors.detail,
        load_errors.raw_text,
        latest.uri is not null as is_open

    from load_errors

    left join latest
        on
            load_errors.uri = latest.uri
            and load_errors.loaded_at = latest.loaded_at

    union all

    select
        rejected_files.rejected_at as loaded_at,
        rejected_files.run_id,
        rejected_files.uri,
        rejected_files.etag,
        rejected_files.staging_table,
        cast(null as bigint) as line,
        '' as column_name,
        rejected_files.reason,
        rejected_files.message || '. Try: ' || rejected_files.hint as detail,
        cast(null as varchar(65535)) as raw_text,
        latest.uri is null as is_open

    from rejected_files

    left join batches
        on rejected_files.rejected_at = batches.loaded_at

    left join latest
        on
            rejected_files.uri = latest.uri
            and (
                batches.batch_number < latest.batch_number
                or rejected_files.rejected_at < latest.loaded_at
            )

)

select
    loaded_at,
    run_id,
    uri,
    etag,
    staging_table,
    line,
    column_name,
    reason,
    detail,
    raw_text,
    is_open

from rejected

where
    (:is_all or is_open)
    and (:run_id = '' or run_id = :run_id)
    and (:file = '' or position(:file in uri) > 0)
    and (:reason = '' or position(lower(:reason) in lower(reason)) > 0)
    and (:column_name = '' or column_name = lower(:column_name))

order by 1 desc, 3, 6, 7
