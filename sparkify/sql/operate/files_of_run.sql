-- One row per file of a run, in the order of its batches.
select
    loaded_at,
    staging_table,
    uri,
    etag,
    bytes,
    objects as records,
    refused as rejected

from loaded_files

where run_id = :run_id

order by 1, 2, 3
