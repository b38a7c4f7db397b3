-- One row per file of a run, in the order of its batches, with the version that it replaced.
select
    loaded_at,
    staging_table,
    uri,
    etag,
    replaced_etag,
    content_hash,
    bytes,
    objects as records,
    refused as rejected

from file_versions

where run_id = :run_id

order by 1, 2, 3
