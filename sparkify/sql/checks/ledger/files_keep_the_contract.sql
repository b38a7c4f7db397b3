-- The files have the keys that are read, with values of types seen before, and no other keys.
-- severity: warn
-- What was found by looking at the files of the batch, before they were loaded.
with

batches as (

    select distinct loaded_at

    from loaded_files

    where loaded_at >= :since

)

select
    source_findings.staging_table,
    source_findings.key_name,
    source_findings.finding,
    source_findings.detail,
    source_findings.objects,
    source_findings.first_file

from source_findings

inner join batches
    on source_findings.found_at = batches.loaded_at

order by 1, 3, 2
