-- One row per earlier play whose song became known, is another one now, or is gone.
create temporary table changed_matches as

select
    earlier_plays.songplay_id,
    earlier_plays.user_id,
    earlier_plays.start_time,
    earlier_plays.song_id as former_song_id,
    matched_titles.song_id,
    matched_titles.artist_id

from earlier_plays

left join matched_titles
    on
        earlier_plays.title = matched_titles.title
        and earlier_plays.artist_name = matched_titles.artist_name
        and earlier_plays.duration = matched_titles.duration

where
    coalesce(earlier_plays.song_id, '') != coalesce(matched_titles.song_id, '')
    or coalesce(earlier_plays.artist_id, '') != coalesce(matched_titles.artist_id, '')
