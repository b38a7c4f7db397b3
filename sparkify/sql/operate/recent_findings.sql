-- One row per check that warned or failed, of any run, the latest first: the last five.
-- By number and not by order and limit: with those DuckDB may pass over rows behind deleted ones.
with

findings as (

    select
        run_id,
        checked_at,
        check_name,
        case
            when severity = 'warn' then 'warned'
            else 'failed'
        end as outcome,
        account,
        row_number() over (
            order by checked_at desc, check_name asc, run_id asc
        ) as place

    from check_results

    where offending > 0

)

select
    run_id,
    checked_at,
    check_name,
    outcome,
    account

from findings

where place <= 5

order by 2 desc, 3, 1
