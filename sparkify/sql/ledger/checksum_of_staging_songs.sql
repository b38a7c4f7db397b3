-- One row: the checksum of the songs of a batch, by what tells them apart (records/checksum.py).
with

identified as (

    select
        cast(coalesce(len(song_id), -1) as bigint) as a,
        cast(coalesce(len(artist_id), -1) as bigint) as b,
        cast(coalesce(len(title), -1) as bigint) as c,
        cast(coalesce(year, -1) as bigint) as d

    from staging_songs

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
