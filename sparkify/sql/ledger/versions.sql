-- One row per loaded version of a file, in the order of loading: the last one of a file counts.
-- Only of batches after :batch_number or :loaded_at: an undone batch's number is given again.
-- Size, hash and etag at the source are one text, since each value of a row costs the client.
select
    loaded_files.uri,
    cast(loaded_files.bytes as varchar(20)) || ' ' || coalesce(loaded_files.content_hash, '') || ' '
    || coalesce(loaded_files.touched_etag, loaded_files.etag) as version,
    batches.batch_number

from loaded_files

inner join batches
    on loaded_files.loaded_at = batches.loaded_at

where
    batches.batch_number > :batch_number
    or batches.loaded_at > :loaded_at

order by 3
