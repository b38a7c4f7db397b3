-- One row per play as delivered and song record that is the song it played: the same title, the
-- same artist name and the same duration, never fewer conditions. A play can have several rows;
-- whoever reads them takes the smallest song_id.
create view matches as

select
    titled_plays.songplay_id,
    catalogue.song_id,
    catalogue.artist_id,
    titled_plays.loaded_at as play_loaded_at,
    catalogue.loaded_at as song_loaded_at

from titled_plays

inner join catalogue
    on
        titled_plays.title = catalogue.title
        and titled_plays.artist_name = catalogue.artist_name
        and titled_plays.duration = catalogue.duration
