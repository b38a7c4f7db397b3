-- One row per loaded version of a file, in the order of loading: the last one of a file counts.
select
    loaded_files.uri,
    coalesce(loaded_files.touched_etag, loaded_files.etag) as source_etag,
    loaded_files.bytes,
    loaded_files.content_hash,
    batches.batch_number

from loaded_files

inner join batches
    on loaded_files.loaded_at = batches.loaded_at

order by 5
