-- One row per loaded version of a file, in the order of loading: the last one of a file counts.
-- Only of batches after :batch_number or :loaded_at: an undone batch's number is given again.
select
    loaded_files.uri,
    coalesce(loaded_files.touched_etag, loaded_files.etag) as source_etag,
    loaded_files.bytes,
    loaded_files.content_hash,
    batches.batch_number,
    batches.loaded_at

from loaded_files

inner join batches
    on loaded_files.loaded_at = batches.loaded_at

where
    batches.batch_number > :batch_number
    or batches.loaded_at > :loaded_at

order by 5
