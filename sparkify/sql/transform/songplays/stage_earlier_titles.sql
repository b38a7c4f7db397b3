-- One row per title, artist name and duration of the earlier plays: to be matched as well, with no
-- day and no plays of the batch.
insert into titles_to_match (title, artist_name, duration, plays)

select distinct
    title,
    artist_name,
    duration,
    0 as plays

from earlier_plays
