-- One row per rejected record, the latest first.
-- is_open is true while no later version of its file is loaded.
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

left join file_versions as latest
    on
        load_errors.uri = latest.uri
        and load_errors.loaded_at = latest.loaded_at
        and latest.is_latest

where
    (:is_all or latest.uri is not null)
    and (:run_id = '' or load_errors.run_id = :run_id)
    and (:file = '' or position(:file in load_errors.uri) > 0)
    and (:reason = '' or position(lower(:reason) in lower(load_errors.reason)) > 0)
    and (:column_name = '' or load_errors.column_name = lower(:column_name))

order by 1 desc, 3, 6, 7
