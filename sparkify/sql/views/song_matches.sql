-- One row per play as received and song record that it plays: the match rule.
-- Title, artist name and duration are equal, never fewer of them; texts are repaired and trimmed
-- first. A play can have several rows: its song is the one with the smallest song_id.
create view song_matches as

select
    cleaned_plays.songplay_id,
    cleaned_songs.song_id,
    cleaned_songs.artist_id,
    cleaned_plays.duration,
    cleaned_plays.loaded_at as play_loaded_at,
    cleaned_songs.loaded_at as song_loaded_at

from cleaned_plays

inner join cleaned_songs
    on
        cleaned_plays.title = cleaned_songs.title
        and cleaned_plays.artist_name = cleaned_songs.artist_name
        and cleaned_plays.duration = cleaned_songs.duration
