-- One row per play of the batch that is as long as some song: its song is to be found.
create temporary table plays_to_match as

select
    songplay_id,
    user_id,
    title,
    artist_name,
    duration

from cleaned_plays

where
    loaded_at = :loaded_at
    and duration in (select current_songs.duration from current_songs)
