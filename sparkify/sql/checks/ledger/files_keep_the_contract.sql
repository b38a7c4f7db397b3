-- The files have no schema drift: no new, missing or retyped field.
-- severity: warn
-- each: {change} {field} in {records:record} of {staging_table}, first in {first_file}
-- list: field
-- try: keep new fields with [ETL] SCHEMA = evolve, reject changed files with strict
-- The changes were found when the batch's files were profiled, before they were loaded.
with

batches as (

    select distinct loaded_at

    from loaded_files

    where loaded_at >= :since

)

select
    source_findings.staging_table,
    source_findings.key_name || case
        when source_findings.detail = '' then ''
        else ' (' || source_findings.detail || ')'
    end as field,
    source_findings.finding as change,
    source_findings.objects as records,
    source_findings.first_file

from source_findings

inner join batches
    on source_findings.found_at = batches.loaded_at

order by 1, 3, 2
