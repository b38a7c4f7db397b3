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
    -- Place by plays, 1 for the most; of equals, by title and artist.
    row_number() over (
        order by
            plays desc,
            title asc,
            artist_name asc
    ) as rank,
    -- The song's title.
    title,
    -- The artist's name; null where the log has none.
    artist_name,
    -- How often it was started.
    plays,
    -- How many users started it.
    listeners

from counted
