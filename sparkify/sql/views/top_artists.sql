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
    -- Place by plays, 1 for the most; of equals, by name.
    row_number() over (
        order by
            plays desc,
            artist_name asc
    ) as rank,
    -- The artist's name.
    artist_name,
    -- How often songs of the artist were started.
    plays,
    -- How many users started one.
    listeners,
    -- How many titles of the artist were started.
    songs

from counted
