-- One row: the plays that an inner join by title and artist keeps.
-- published: 333
-- why: the same, and another recording of the title counts as the song that was played
select count(*) as row_count

from staging_events

inner join staging_songs
    on
        staging_events.song = staging_songs.title
        and staging_events.artist = staging_songs.artist_name

where staging_events.page = 'NextSong'
