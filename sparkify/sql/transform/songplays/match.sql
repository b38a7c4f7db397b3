-- One row per play whose song is in the catalogue, with its song: the match rule.
-- Title, artist name and duration are equal, never fewer of them; texts are repaired and trimmed
-- first. Of equal songs the smallest song_id counts.
create temporary table matched_plays as

select
    play.songplay_id,
    play.user_id,
    current_songs.song_id,
    current_songs.artist_id

from plays_to_match as play

inner join current_songs
    on
        play.title = current_songs.title
        and play.artist_name = current_songs.artist_name
        and play.duration = current_songs.duration

where play.songplay_id is not null

qualify
    row_number() over (
        partition by play.songplay_id, play.user_id
        order by current_songs.song_id
    ) = 1
