-- One row: the checksum of the events of a batch, by what identifies them (records/checksum.py).
with

identified as (

    select
        cast(coalesce(datediff(ms, '1970-01-01', ts), -1) as bigint) as a,
        cast(coalesce(sessionid, -1) as bigint) as b,
        cast(coalesce(iteminsession, -1) as bigint) as c,
        cast(coalesce(userid, -1) as bigint) as d

    from staging_events

    where loaded_at = :loaded_at

),

folded as (

    select
        (
            (
                (a % 2147483647 * 1103515245 + b % 2147483647) % 2147483647 * 1103515245
                + c % 2147483647
            ) % 2147483647 * 1103515245
            + d % 2147483647
        ) % 2147483647 as remainder

    from identified

)

select coalesce(sum(remainder * remainder % 2147483647), 0) as checksum

from folded
