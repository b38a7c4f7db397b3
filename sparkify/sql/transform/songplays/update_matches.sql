-- One row per earlier play whose song changed; they are looked for between the first and the last.
update songplays
set
    song_id = changed_matches.song_id,
    artist_id = changed_matches.artist_id
from changed_matches
where
    songplays.songplay_id = changed_matches.songplay_id
    and songplays.user_id = changed_matches.user_id
    and songplays.start_time between :first_changed_time and :last_changed_time
