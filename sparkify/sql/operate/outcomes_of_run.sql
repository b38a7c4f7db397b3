-- One row per outcome of a run's checks, with the number of checks.
select
    case
        when offending = 0 then 'passed'
        when severity = 'warn' then 'warned'
        else 'failed'
    end as outcome,
    count(*) as checks

from check_results

where run_id = :run_id

group by 1
