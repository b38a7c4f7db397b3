-- One row per title, artist name and duration in the catalogue, with its song: the match rule.
-- All three are equal, never fewer of them; texts are repaired and trimmed first. Of equal songs
-- the smallest song_id counts.
create temporary table matched_titles as

select
    play.title,
    play.artist_name,
    play.duration,
    current_songs.song_id,
    current_songs.artist_id

from titles_to_match as play

inner join current_songs
    on
        play.title = current_songs.title
        and play.artist_name = current_songs.artist_name
        and play.duration = current_songs.duration

where play.title is not null

qualify
    row_number() over (
        partition by play.title, play.artist_name, play.duration
        order by current_songs.song_id
    ) = 1
