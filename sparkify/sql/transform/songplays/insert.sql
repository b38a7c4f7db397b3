-- One row per play of the batch that is delivered once, whether or not its song is known.
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

select
    titled_plays.songplay_id,
    titled_plays.start_time,
    titled_plays.user_id,
    titled_plays.level,
    known_titles.song_id,
    known_titles.artist_id,
    titled_plays.session_id,
    titled_plays.location,
    titled_plays.user_agent,
    titled_plays.item_in_session

from titled_plays

left join known_titles
    on
        titled_plays.title = known_titles.title
        and titled_plays.artist_name = known_titles.artist_name
        and titled_plays.duration = known_titles.duration

where
    titled_plays.loaded_at = :loaded_at
    and not exists (
        select 1
        from repeated_plays
        where repeated_plays.songplay_id = titled_plays.songplay_id
    )
