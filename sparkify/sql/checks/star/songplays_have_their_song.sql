-- Every songplay that names a song or an artist names a known one, and both or neither.
-- A song or artist could also go from under an earlier play: of the batch's songs all plays count.
with

concerned as (

    select
        songplay_id,
        song_id,
        artist_id

    from songplays

    where start_time between :first_moment and :last_moment

    union all

    select
        songplays.songplay_id,
        songplays.song_id,
        songplays.artist_id

    from songplays

    where
        songplays.song_id in (
            select cleaned_songs.song_id
            from cleaned_songs
            where cleaned_songs.loaded_at >= :since
        )

)

select distinct
    concerned.songplay_id,
    concerned.song_id,
    concerned.artist_id

from concerned

left join songs
    on concerned.song_id = songs.song_id

left join artists
    on concerned.artist_id = artists.artist_id

where
    (concerned.song_id is not null and songs.song_id is null)
    or (concerned.artist_id is not null and artists.artist_id is null)
    or (concerned.song_id is null and concerned.artist_id is not null)
    or (concerned.song_id is not null and concerned.artist_id is null)
