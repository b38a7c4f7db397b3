-- One row per file with any content that the COPY :copy_id read.
select
    trim(file_name) as file_name,
    trim(both '"' from file_etag) as file_etag,
    lines_scanned

from sys_load_detail

where
    query_id = :copy_id
    and bytes_scanned > 0
