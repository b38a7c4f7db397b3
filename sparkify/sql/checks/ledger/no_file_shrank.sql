-- No file that was delivered again holds fewer objects than before.
-- severity: warn
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
        select delivered.uri
        from loaded_files as delivered
        where delivered.loaded_at >= :since
    )

)

select
    uri,
    objects_before,
    objects

from versions

where
    loaded_at >= :since
    and objects < objects_before
