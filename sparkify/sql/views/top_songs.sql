-- One row per title and artist name, ranked by plays.
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
    -- Rank by plays, 1 for the most; ties by title and artist name.
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
    -- Number of plays.
    plays,
    -- Number of users who played it.
    listeners

from counted
