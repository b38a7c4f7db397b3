-- One row per version of a file that was rejected whole and of which no later version was loaded.
select distinct
    rejected_files.uri,
    rejected_files.etag

from rejected_files

where
    not exists (
        select 1
        from loaded_files
        where
            loaded_files.uri = rejected_files.uri
            and loaded_files.loaded_at > rejected_files.rejected_at
    )
