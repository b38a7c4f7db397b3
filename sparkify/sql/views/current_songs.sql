-- One row per song in the catalogue: its current record.
create view current_songs as

select
    cleaned_songs.song_id,
    cleaned_songs.artist_id,
    cleaned_songs.title,
    cleaned_songs.artist_name,
    cleaned_songs.duration,
    cleaned_songs.year,
    cleaned_songs.artist_location,
    cleaned_songs.artist_latitude,
    cleaned_songs.artist_longitude,
    cleaned_songs.loaded_at

from cleaned_songs

left join repeated_songs
    on cleaned_songs.song_id = repeated_songs.song_id

where repeated_songs.song_id is null

union all

select
    song_id,
    artist_id,
    title,
    artist_name,
    duration,
    year,
    artist_location,
    artist_latitude,
    artist_longitude,
    loaded_at

from repeated_songs
