-- One row: the number of repeated plays that the batch removed.
-- Those that it inserted again are not added.
select
    -count(songplays.songplay_id) as added,
    0 as changed,
    count(*) - count(songplays.songplay_id) as removed

from plays_before

left join songplays
    on
        plays_before.songplay_id = songplays.songplay_id
        and plays_before.user_id = songplays.user_id
