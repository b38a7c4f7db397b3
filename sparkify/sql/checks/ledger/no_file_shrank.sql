-- No new version of a file has fewer records than the version before.
-- severity: warn
-- each: {records} records, {records_before} before, in {uri}
-- try: see whether the file was cut at its source; records that left a file stay loaded
with

versions as (

    select
        uri,
        loaded_at,
        objects,
        lag(objects) over (
            partition by uri
            order by loaded_at
        ) as objects_before

    from loaded_files

    where uri in (
        select loaded.uri
        from loaded_files as loaded
        where loaded.loaded_at >= :since
    )

)

select
    uri,
    objects_before as records_before,
    objects as records

from versions

where
    loaded_at >= :since
    and objects < objects_before
