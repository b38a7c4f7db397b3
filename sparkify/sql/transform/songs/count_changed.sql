-- One row: the number of songs that the batch added, and of those that it changed.
with

different as (

    select
        song_id,
        title,
        artist_id,
        year,
        duration

    from batch_songs

    except

    select
        song_id,
        title,
        artist_id,
        year,
        duration

    from songs_before

)

select
    count(*) - count(songs_before.song_id) as added,
    count(songs_before.song_id) as changed,
    0 as removed

from different

left join songs_before
    on different.song_id = songs_before.song_id
