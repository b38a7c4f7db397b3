-- One row per play whose song became known or turned out to be a smaller song_id: earlier plays
-- by the batch's songs, and repeated plays by any. Of the earlier plays only those as long as one
-- of the batch's songs can be of it: no other has its texts repaired and compared.
update songplays
set
    song_id = known_songs.song_id,
    artist_id = known_songs.artist_id
from (
    with

    candidates as (

        select
            titled_plays.songplay_id,
            delivered.song_id,
            delivered.artist_id

        from titled_plays

        inner join catalogue as delivered
            on
                titled_plays.title = delivered.title
                and titled_plays.artist_name = delivered.artist_name
                and titled_plays.duration = delivered.duration

        where
            delivered.loaded_at = :loaded_at
            and titled_plays.loaded_at != :loaded_at
            and titled_plays.duration in (
                select catalogue.duration
                from catalogue
                where catalogue.loaded_at = :loaded_at
            )

        union all

        select
            matches.songplay_id,
            matches.song_id,
            matches.artist_id

        from repeated_plays

        inner join matches
            on repeated_plays.songplay_id = matches.songplay_id

        where matches.play_loaded_at = :loaded_at

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
) as known_songs
where
    songplays.songplay_id = known_songs.songplay_id
    and (
        songplays.song_id is null
        or known_songs.song_id < songplays.song_id
        or (
            known_songs.song_id = songplays.song_id
            and known_songs.artist_id < songplays.artist_id
        )
    )
