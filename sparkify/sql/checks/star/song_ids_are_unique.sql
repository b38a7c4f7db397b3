-- Every song_id occurs once.
select
    song_id,
    count(*) as occurrences

from songs

where
    song_id in (
        select cleaned_songs.song_id
        from cleaned_songs
        where cleaned_songs.loaded_at >= :since
    )

group by 1

having count(*) > 1
