-- One row per check: how it came out when it was last made, and in which run.
-- The alias is for Redshift, which demands one where qualify follows from directly.
select
    check_name,
    run_id,
    checked_at,
    case
        when offending = 0 then 'passed'
        when severity = 'warn' then 'warned'
        else 'failed'
    end as outcome,
    account

from check_results as result

qualify
    row_number() over (
        partition by check_name
        order by checked_at desc, run_id desc
    ) = 1

order by 1
