-- One row per version of a file in the ledger: earlier versions did not hash the content.
insert into loaded_files (
    uri, etag, bytes, staging_table, objects, refused, run_id, loaded_at
)
select
    uri,
    etag,
    bytes,
    staging_table,
    objects,
    refused,
    run_id,
    loaded_at

from former_loaded_files
