-- One row per play of the batch, in its current version, whether or not its song is known.
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
    item_in_session,
    title,
    artist_name,
    duration
)

select
    cleaned_plays.songplay_id,
    cleaned_plays.start_time,
    cleaned_plays.user_id,
    cleaned_plays.level,
    matched_titles.song_id,
    matched_titles.artist_id,
    cleaned_plays.session_id,
    cleaned_plays.location,
    cleaned_plays.user_agent,
    cleaned_plays.item_in_session,
    cleaned_plays.title,
    cleaned_plays.artist_name,
    cleaned_plays.duration

from cleaned_plays

left join matched_titles
    on
        cleaned_plays.title = matched_titles.title
        and cleaned_plays.artist_name = matched_titles.artist_name
        and cleaned_plays.duration = matched_titles.duration

where cleaned_plays.loaded_at = :loaded_at
