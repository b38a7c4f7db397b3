-- One row per file with rejected records, or rejected whole, of which no later version was loaded.
with

rejected as (

    select
        uri,
        loaded_at as rejected_at

    from load_errors

    union all

    select
        uri,
        rejected_at

    from rejected_files

)

select distinct rejected.uri

from rejected

where
    not exists (
        select 1
        from loaded_files
        where
            loaded_files.uri = rejected.uri
            and loaded_files.loaded_at > rejected.rejected_at
    )

order by 1
