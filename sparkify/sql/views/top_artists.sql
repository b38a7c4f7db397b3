-- One row per artist by name, the most played first: rank 1.
create view top_artists as

with

counted as (

    select
        artist_name,
        count(*) as plays,
        count(distinct user_id) as listeners,
        count(distinct title) as songs

    from plays

    where artist_name is not null

    group by 1

)

select
    row_number() over (
        order by
            plays desc,
            artist_name asc
    ) as rank,
    artist_name,
    plays,
    listeners,
    songs

from counted
