-- One row per version of a source file that is loaded.
select
    uri,
    etag

from loaded_files
