-- One row per reason of open rejected records: no later version of their file is loaded.
with

newest as (

    select
        candidate.uri,
        candidate.etag

    from loaded_files as candidate

    qualify row_number() over (
        partition by candidate.uri
        order by candidate.loaded_at desc
    ) = 1

)

select
    load_errors.reason,
    count(*) as rejected

from load_errors

inner join newest
    on
        load_errors.uri = newest.uri
        and load_errors.etag = newest.etag

group by 1

order by 2 desc, 1
