-- One row per play whose song the batch may have made known: an earlier play of one of its songs,
-- or a repeated play of any song. Earlier plays are compared only if they are as long as one of the
-- batch's songs: of no other are the texts repaired.
create temporary table found_songs as

with

candidates as (

    select
        songplay_id,
        song_id,
        artist_id

    from song_matches

    where
        song_loaded_at = :loaded_at
        and play_loaded_at != :loaded_at
        and duration in (
            select cleaned_songs.duration
            from cleaned_songs
            where cleaned_songs.loaded_at = :loaded_at
        )

    union all

    select
        song_matches.songplay_id,
        song_matches.song_id,
        song_matches.artist_id

    from repeated_plays

    inner join song_matches
        on repeated_plays.songplay_id = song_matches.songplay_id

    where song_matches.play_loaded_at = :loaded_at

)

select
    candidate.songplay_id,
    candidate.song_id,
    candidate.artist_id

from candidates as candidate

where candidate.song_id is not null

qualify
    row_number() over (
        partition by candidate.songplay_id
        order by
            candidate.song_id,
            candidate.artist_id
    ) = 1
