-- One row per loaded version of a file for which ledger and load_errors differ in the number of
-- rejected records.
with

counted as (

    select
        uri,
        etag,
        loaded_at,
        refused as rejected,
        0 as recorded

    from loaded_files

    where refused is not null

    union all

    select
        uri,
        etag,
        loaded_at,
        0 as rejected,
        1 as recorded

    from load_errors

)

select
    uri,
    etag,
    loaded_at,
    cast(sum(rejected) as bigint) as rejected,
    cast(sum(recorded) as bigint) as recorded

from counted

group by 1, 2, 3

having sum(rejected) != sum(recorded)

order by 1, 3
