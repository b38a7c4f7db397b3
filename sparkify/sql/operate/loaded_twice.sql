-- One row per version of a file that was loaded right after the same version, or the same content.
select
    uri,
    etag

from file_versions

where
    etag = replaced_etag
    or content_hash = replaced_content_hash

order by 1, 2
