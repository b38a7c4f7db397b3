-- Every artist_id occurs once.
select
    artist_id,
    count(*) as occurrences

from artists

where
    artist_id in (
        select catalogue.artist_id
        from catalogue
        where catalogue.loaded_at >= :since
    )

group by 1

having count(*) > 1
