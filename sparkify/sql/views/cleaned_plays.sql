-- One row per play as received, with its title and artist name repaired and trimmed.
create view cleaned_plays as

select
    staged_plays.songplay_id,
    staged_plays.duration,
    staged_plays.loaded_at,
    coalesce(titles.repaired, trim(both ' ' from staged_plays.received_title)) as title,
    coalesce(artist_names.repaired, trim(both ' ' from staged_plays.received_artist_name))
        as artist_name

from staged_plays

left join text_repairs as titles
    on staged_plays.received_title = titles.delivered

left join text_repairs as artist_names
    on staged_plays.received_artist_name = artist_names.delivered
