-- One row per file with rejected records of which no later version was loaded.
select distinct load_errors.uri

from load_errors

where
    not exists (
        select 1
        from loaded_files
        where
            loaded_files.uri = load_errors.uri
            and loaded_files.loaded_at > load_errors.loaded_at
    )

order by 1
