-- One row per loaded version of a file, the earliest first.
select
    uri,
    etag,
    loaded_at

from loaded_files

order by 3, 1
