-- One row per loaded version of a source file: the version that it replaced, and whether it is the
-- latest. The order is that of the batches, by their numbers.
create view file_versions as
select
    -- The file: an absolute path, or s3://bucket/key.
    loaded_files.uri,
    -- Etag of the loaded version.
    loaded_files.etag,
    -- Etag with which this content was last found at the source.
    coalesce(loaded_files.touched_etag, loaded_files.etag) as source_etag,
    -- Size of the file at the source, compressed or not.
    loaded_files.bytes,
    -- Hash of the file's bytes; null where it is not known.
    loaded_files.content_hash,
    -- The staging table that its records were loaded into.
    loaded_files.staging_table,
    -- Number of records in the file; null for files that earlier versions loaded.
    loaded_files.objects,
    -- Number of its records that were rejected and are in load_errors; null where objects is.
    loaded_files.refused,
    -- The run that loaded it; null for files that earlier versions loaded.
    loaded_files.run_id,
    -- When the load of its batch began, in UTC.
    loaded_files.loaded_at,
    -- Number of its batch.
    batches.batch_number,
    -- Etag of the version that it replaced; null for the first version of a file.
    lag(loaded_files.etag) over (
        partition by loaded_files.uri
        order by batches.batch_number
    ) as replaced_etag,
    -- Hash of the bytes of the version that it replaced.
    lag(loaded_files.content_hash) over (
        partition by loaded_files.uri
        order by batches.batch_number
    ) as replaced_content_hash,
    -- True until a later version of the file is loaded.
    lead(batches.batch_number) over (
        partition by loaded_files.uri
        order by batches.batch_number
    ) is null as is_latest

from loaded_files

inner join batches
    on loaded_files.loaded_at = batches.loaded_at
