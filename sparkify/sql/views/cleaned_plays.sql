-- One row per play, in its current version, with its title and artist name repaired and trimmed.
create view cleaned_plays as

select
    staged_plays.songplay_id,
    staged_plays.start_time,
    staged_plays.user_id,
    staged_plays.level,
    staged_plays.session_id,
    staged_plays.location,
    staged_plays.user_agent,
    staged_plays.item_in_session,
    nullif(coalesce(titles.repaired, trim(both ' ' from staged_plays.received_title)), '')
        as title,
    nullif(
        coalesce(artist_names.repaired, trim(both ' ' from staged_plays.received_artist_name)), ''
    ) as artist_name,
    staged_plays.duration,
    staged_plays.loaded_at

from staged_plays

left join text_repairs as titles
    on staged_plays.received_title = titles.delivered

left join text_repairs as artist_names
    on staged_plays.received_artist_name = artist_names.delivered
