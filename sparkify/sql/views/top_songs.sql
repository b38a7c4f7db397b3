-- One row per song by title and artist, the most played first: rank 1.
create view top_songs as

with

counted as (

    select
        title,
        artist_name,
        count(*) as plays,
        count(distinct user_id) as listeners

    from plays

    where title is not null

    group by 1, 2

)

select
    row_number() over (
        order by
            plays desc,
            title asc,
            artist_name asc
    ) as rank,
    title,
    artist_name,
    plays,
    listeners

from counted
