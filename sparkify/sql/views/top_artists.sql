-- One row per artist name, ranked by plays.
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
    -- Rank by plays, 1 for the most; ties by name.
    row_number() over (
        order by
            plays desc,
            artist_name asc
    ) as rank,
    -- The artist's name.
    artist_name,
    -- Number of plays of the artist's songs.
    plays,
    -- Number of users who played one.
    listeners,
    -- Number of the artist's titles that were played.
    songs

from counted
