-- One row per schema change that a run found in its files.
select
    found_at,
    staging_table,
    key_name as field,
    finding as change,
    detail,
    objects as records,
    first_file

from source_findings

where run_id = :run_id

order by 1, 2, 4, 3
