-- One row per check of a run, batch by batch.
select
    checked_at,
    stage,
    check_name,
    severity,
    case
        when offending = 0 then 'passed'
        when severity = 'warn' then 'warned'
        else 'failed'
    end as outcome,
    offending,
    account

from check_results

where run_id = :run_id

order by 1, 2, 3
