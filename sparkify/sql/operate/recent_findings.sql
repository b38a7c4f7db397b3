-- One row per check that warned or failed, of any run, the latest first: the last five.
select
    run_id,
    checked_at,
    check_name,
    case
        when severity = 'warn' then 'warned'
        else 'failed'
    end as outcome,
    account

from check_results

where offending > 0

order by 2 desc, 3

limit 5
