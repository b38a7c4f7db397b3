-- One row: the plays that an inner join by title, artist and duration keeps.
-- published: 319
-- why: an inner join drops each play whose song is not in the catalogue, nine in ten and more
select count(*) as row_count

from staging_events

inner join staging_songs
    on
        staging_events.song = staging_songs.title
        and staging_events.artist = staging_songs.artist_name
        and staging_events.length = staging_songs.duration

where staging_events.page = 'NextSong'
