-- One row per version of a file in the ledger, kept while its table is recreated without a key:
-- a version that was put back is loaded a second time.
create table former_loaded_files as
select
    uri,
    etag,
    bytes,
    staging_table,
    objects,
    refused,
    run_id,
    loaded_at

from loaded_files
