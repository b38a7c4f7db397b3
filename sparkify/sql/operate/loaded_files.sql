-- One row per version of a file that is loaded, the oldest first.
select
    uri,
    etag,
    loaded_at

from loaded_files

order by 3, 1
