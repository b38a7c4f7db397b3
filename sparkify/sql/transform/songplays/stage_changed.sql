-- One row per earlier play whose song became known, is another one now, or is gone.
create temporary table changed_matches as

select
    songplays.songplay_id,
    songplays.user_id,
    songplays.start_time,
    songplays.song_id as former_song_id,
    matched_plays.song_id,
    matched_plays.artist_id

from songplays

inner join plays_to_match
    on
        songplays.songplay_id = plays_to_match.songplay_id
        and songplays.user_id = plays_to_match.user_id

left join matched_plays
    on
        songplays.songplay_id = matched_plays.songplay_id
        and songplays.user_id = matched_plays.user_id

where
    coalesce(songplays.song_id, '') != coalesce(matched_plays.song_id, '')
    or coalesce(songplays.artist_id, '') != coalesce(matched_plays.artist_id, '')
