-- One row per day, title, artist name and duration of the batch's plays, with their number.
-- Only of plays that are as long as some song: a song is looked for once, however often it was
-- played.
create temporary table titles_to_match as

select
    cast(start_time as date) as play_date,
    title,
    artist_name,
    duration,
    count(*) as plays

from cleaned_plays

where
    loaded_at = :loaded_at
    and duration in (select current_songs.duration from current_songs)

group by 1, 2, 3, 4
