-- One row: the number of songs whose current version differs from the one before the batch.
with

changed as (

    select
        repeated_songs.song_id,
        repeated_songs.artist_id,
        repeated_songs.title,
        repeated_songs.artist_name,
        repeated_songs.duration,
        repeated_songs.year,
        repeated_songs.artist_location,
        repeated_songs.artist_latitude,
        repeated_songs.artist_longitude

    from previous_songs

    inner join repeated_songs
        on previous_songs.song_id = repeated_songs.song_id

    except

    select
        song_id,
        artist_id,
        title,
        artist_name,
        duration,
        year,
        artist_location,
        artist_latitude,
        artist_longitude

    from previous_songs

)

select count(*) as changed
from changed
