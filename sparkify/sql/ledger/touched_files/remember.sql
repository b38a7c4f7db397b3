-- One row per version of a touched file with its content: the etag that it has now.
update loaded_files
set touched_etag = touched_files.etag
from touched_files
where
    loaded_files.uri = touched_files.uri
    and loaded_files.content_hash = touched_files.content_hash
