-- Every song_id occurs once.
select
    song_id,
    count(*) as occurrences

from songs

where
    song_id in (
        select catalogue.song_id
        from catalogue
        where catalogue.loaded_at >= :since
    )

group by 1

having count(*) > 1
