-- One row per file with rejected records, or rejected whole, of which no later version was loaded.
select load_errors.uri

from load_errors

inner join file_versions
    on
        load_errors.uri = file_versions.uri
        and load_errors.loaded_at = file_versions.loaded_at

where file_versions.is_latest

union

select rejected_files.uri

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

order by 1
