-- One row per file with rejected records of which no later version is loaded.
select distinct load_errors.uri

from load_errors

inner join file_versions
    on
        load_errors.uri = file_versions.uri
        and load_errors.loaded_at = file_versions.loaded_at

where file_versions.is_latest

order by 1
