-- No new version of a file has fewer good records than the version that it replaces.
-- severity: warn
-- each: {records:record}, {records_before} before, in {file}, version {version}
-- try: if it was cut, put it back; if records left it on purpose: sparkify reload FILE removes them
-- A version that was put back is a new version, too. Rejected records may leave: none was loaded.
with

versions as (

    select
        loaded_files.uri,
        loaded_files.etag,
        loaded_files.loaded_at,
        loaded_files.objects - loaded_files.refused as records,
        lag(loaded_files.etag) over (
            partition by loaded_files.uri
            order by batches.batch_number
        ) as replaced_etag,
        lag(loaded_files.objects - loaded_files.refused) over (
            partition by loaded_files.uri
            order by batches.batch_number
        ) as replaced_records

    from loaded_files

    inner join batches
        on loaded_files.loaded_at = batches.loaded_at

    where loaded_files.uri in (
        select loaded.uri
        from loaded_files as loaded
        where loaded.loaded_at >= :since
    )

)

select
    uri as file,
    replaced_records as records_before,
    records,
    replaced_etag as version_before,
    etag as version

from versions

where
    loaded_at >= :since
    and records < replaced_records
