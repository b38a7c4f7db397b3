-- One row per check that a run made, batch by batch.
select
    checked_at,
    stage,
    check_name,
    severity,
    offending,
    account

from check_results

where run_id = :run_id

order by 1, 2, 3
