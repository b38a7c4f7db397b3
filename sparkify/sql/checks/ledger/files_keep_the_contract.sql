-- The files have no schema drift: no new, missing or retyped field.
-- severity: warn
-- The changes were found when the batch's files were profiled, before they were loaded.
with

batches as (

    select distinct loaded_at

    from loaded_files

    where loaded_at >= :since

)

select
    source_findings.staging_table,
    source_findings.key_name as field,
    source_findings.finding as change,
    source_findings.detail,
    source_findings.objects as records,
    source_findings.first_file

from source_findings

inner join batches
    on source_findings.found_at = batches.loaded_at

order by 1, 3, 2
