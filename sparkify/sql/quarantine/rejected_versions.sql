-- One row per version of a file that was rejected whole and of which no later version was loaded.
-- Later by the batch's number, since clocks are set back, or by time, as a reloaded batch is.
select distinct
    rejected_files.uri,
    rejected_files.etag

from rejected_files

left join batches
    on rejected_files.rejected_at = batches.loaded_at

left join file_versions
    on
        rejected_files.uri = file_versions.uri
        and (
            batches.batch_number < file_versions.batch_number
            or rejected_files.rejected_at < file_versions.loaded_at
        )

where file_versions.uri is null
