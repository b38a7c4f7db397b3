-- One row per song of the batch: the smallest of the batch's records and the known song.
-- The choice depends only on values, so the order of loading does not matter.
create temporary table batch_songs as

with

candidates as (

    select
        song_id,
        title,
        artist_id,
        year,
        duration

    from cleaned_songs

    where loaded_at = :loaded_at

    union all

    select
        song_id,
        title,
        artist_id,
        year,
        duration

    from songs

    where songs.song_id in (
        select cleaned_songs.song_id
        from cleaned_songs
        where cleaned_songs.loaded_at = :loaded_at
    )

)

select
    candidate.song_id,
    candidate.title,
    candidate.artist_id,
    candidate.year,
    candidate.duration

from candidates as candidate

where candidate.song_id is not null

qualify
    row_number() over (
        partition by candidate.song_id
        order by
            candidate.title,
            candidate.artist_id,
            candidate.year,
            candidate.duration
    ) = 1
