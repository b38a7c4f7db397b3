-- One row: the plays, once for each song of their artist.
-- published:
-- why: an artist alone is not a song, so a play counts once for each song of the artist
with

joined as (

    select
        staging_events.sessionid,
        staging_events.iteminsession,
        staging_songs.song_id

    from staging_events

    left join staging_songs
        on staging_events.artist = staging_songs.artist_name

    where staging_events.page = 'NextSong'

)

select count(*) as row_count

from joined
