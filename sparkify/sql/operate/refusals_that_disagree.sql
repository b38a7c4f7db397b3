-- One row per version of a file of which the ledger tells other refusals than load_errors holds.
with

counted as (

    select
        uri,
        etag,
        refused,
        0 as kept

    from loaded_files

    where refused is not null

    union all

    select
        uri,
        etag,
        0 as refused,
        1 as kept

    from load_errors

)

select
    uri,
    etag,
    cast(sum(refused) as bigint) as refused,
    cast(sum(kept) as bigint) as kept

from counted

group by 1, 2

having sum(refused) != sum(kept)

order by 1, 2
