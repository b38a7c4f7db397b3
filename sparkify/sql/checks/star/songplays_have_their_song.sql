-- Every songplay with a song or an artist has both, and they are in songs and artists.
-- The songs of earlier plays could also be missing: all plays of the batch's songs are checked,
-- none if it has no songs.
with

concerned as (

    select
        songplay_id,
        song_id,
        artist_id

    from songplays

    where start_time between :first_start_time and :last_start_time

    union all

    select
        songplays.songplay_id,
        songplays.song_id,
        songplays.artist_id

    from songplays

    where
        songplays.start_time >= :first_rematched_time
        and songplays.song_id in (
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
