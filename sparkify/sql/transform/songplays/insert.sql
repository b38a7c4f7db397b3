-- One row per play of the batch that was received once, whether or not its song is known.
-- Texts are repaired and compared only where some song is as long as the play.
insert into songplays (
    songplay_id,
    start_time,
    user_id,
    level,
    song_id,
    artist_id,
    session_id,
    location,
    user_agent,
    item_in_session
)

with

known_songs as (

    select
        song_match.songplay_id,
        song_match.song_id,
        song_match.artist_id

    from song_matches as song_match

    where
        song_match.play_loaded_at = :loaded_at
        and song_match.duration in (select cleaned_songs.duration from cleaned_songs)

    qualify
        row_number() over (
            partition by song_match.songplay_id
            order by
                song_match.song_id,
                song_match.artist_id
        ) = 1

)

select
    staged_plays.songplay_id,
    staged_plays.start_time,
    staged_plays.user_id,
    staged_plays.level,
    known_songs.song_id,
    known_songs.artist_id,
    staged_plays.session_id,
    staged_plays.location,
    staged_plays.user_agent,
    staged_plays.item_in_session

from staged_plays

left join known_songs
    on staged_plays.songplay_id = known_songs.songplay_id

where
    staged_plays.loaded_at = :loaded_at
    and not exists (
        select 1
        from repeated_plays
        where repeated_plays.songplay_id = staged_plays.songplay_id
    )
