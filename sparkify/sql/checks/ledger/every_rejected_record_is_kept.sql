-- Every rejected record of a file is in load_errors.
with

kept as (

    select
        uri,
        loaded_at,
        count(*) as kept

    from load_errors

    where loaded_at >= :since

    group by 1, 2

)

select
    loaded_files.uri,
    loaded_files.refused as rejected,
    coalesce(kept.kept, 0) as kept

from loaded_files

left join kept
    on
        loaded_files.uri = kept.uri
        and loaded_files.loaded_at = kept.loaded_at

where
    loaded_files.loaded_at >= :since
    and loaded_files.refused != coalesce(kept.kept, 0)
