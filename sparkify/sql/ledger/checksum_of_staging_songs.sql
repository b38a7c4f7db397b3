-- One row: the checksum of the songs of a batch, by what tells them apart (records/checksum.py).
with

hashed as (

    select
        cast(coalesce(year, -1) as bigint) as year,
        md5(
            coalesce('=' || song_id, '-')
            || coalesce('=' || artist_id, '-')
            || coalesce('=' || title, '-')
        ) as digits

    from staging_songs

    where loaded_at = :loaded_at

),

identified as (

    select
        year as a,
        cast(ascii(substring(digits, 1, 1)) as bigint) as b,
        cast(ascii(substring(digits, 2, 1)) as bigint) as c,
        cast(ascii(substring(digits, 3, 1)) as bigint) as d,
        cast(ascii(substring(digits, 4, 1)) as bigint) as e

    from hashed

),

folded as (

    select
        (
            (
                (
                    (a % 2147483647 * 1103515245 + b) % 2147483647 * 1103515245 + c
                ) % 2147483647 * 1103515245
                + d
            ) % 2147483647 * 1103515245
            + e
        ) % 2147483647 as remainder

    from identified

)

select coalesce(sum(remainder * remainder % 2147483647), 0) as checksum

from folded
