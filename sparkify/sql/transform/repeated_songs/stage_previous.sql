-- One row per repeated song of the batch that was loaded before it: its version until then.
create temporary table previous_songs as

select
    current_songs.song_id,
    current_songs.artist_id,
    current_songs.title,
    current_songs.artist_name,
    current_songs.duration,
    current_songs.year,
    current_songs.artist_location,
    current_songs.artist_latitude,
    current_songs.artist_longitude

from batch_repeated_songs

inner join current_songs
    on batch_repeated_songs.song_id = current_songs.song_id

where current_songs.loaded_at != :loaded_at
