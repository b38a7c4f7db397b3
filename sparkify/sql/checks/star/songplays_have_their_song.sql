-- Every songplay that names a song or an artist names a known one, and both or neither.
select
    songplays.songplay_id,
    songplays.song_id,
    songplays.artist_id

from songplays

left join songs
    on songplays.song_id = songs.song_id

left join artists
    on songplays.artist_id = artists.artist_id

where
    (
        songplays.start_time between :first_moment and :last_moment
        or songplays.song_id in (
            select catalogue.song_id
            from catalogue
            where catalogue.loaded_at >= :since
        )
    )
    and (
        (songplays.song_id is not null and songs.song_id is null)
        or (songplays.artist_id is not null and artists.artist_id is null)
        or (songplays.song_id is null and songplays.artist_id is not null)
        or (songplays.song_id is not null and songplays.artist_id is null)
    )
