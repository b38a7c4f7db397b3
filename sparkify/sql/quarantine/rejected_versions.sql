-- One row per version of a file that was rejected whole and of which no later version was loaded.
select distinct
    rejected_files.uri,
    rejected_files.etag

from rejected_files

left join loaded_files
    on
        rejected_files.uri = loaded_files.uri
        and rejected_files.rejected_at < loaded_files.loaded_at

where loaded_files.uri is null
