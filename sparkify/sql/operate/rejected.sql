-- One row per rejected record, the latest first.
-- is_open is true while no later version of its file is loaded.
with

newest as (

    select
        candidate.uri,
        candidate.etag

    from loaded_files as candidate

    qualify row_number() over (
        partition by candidate.uri
        order by candidate.loaded_at desc
    ) = 1

)

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
    newest.uri is not null as is_open

from load_errors

left join newest
    on
        load_errors.uri = newest.uri
        and load_errors.etag = newest.etag

where
    (:is_all or newest.uri is not null)
    and (:run_id = '' or load_errors.run_id = :run_id)
    and (:file = '' or position(:file in load_errors.uri) > 0)
    and (:reason = '' or position(lower(:reason) in lower(load_errors.reason)) > 0)
    and (:column_name = '' or load_errors.column_name = lower(:column_name))

order by 1 desc, 3, 6, 7
