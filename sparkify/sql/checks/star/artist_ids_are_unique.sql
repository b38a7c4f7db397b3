-- Every artist_id occurs once.
select
    artist_id,
    count(*) as occurrences

from artists

where
    artist_id in (
        select cleaned_songs.artist_id
        from cleaned_songs
        where cleaned_songs.loaded_at >= :since
    )

group by 1

having count(*) > 1
