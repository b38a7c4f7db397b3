-- One row per reason of open rejected records: no later version of their file is loaded.
select
    load_errors.reason,
    count(*) as rejected

from load_errors

inner join file_versions
    on
        load_errors.uri = file_versions.uri
        and load_errors.loaded_at = file_versions.loaded_at

where file_versions.is_latest

group by 1

order by 2 desc, 1
