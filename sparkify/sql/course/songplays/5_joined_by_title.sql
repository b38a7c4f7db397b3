-- One row: the plays, once for each song with their title.
-- published:
-- why: a title alone is not a song, so a play counts once for each song of that title
with

joined as (

    select
        staging_events.sessionid,
        staging_events.iteminsession,
        staging_songs.song_id

    from staging_events

    left join staging_songs
        on staging_events.song = staging_songs.title

    where staging_events.page = 'NextSong'

)

select count(*) as row_count

from joined
