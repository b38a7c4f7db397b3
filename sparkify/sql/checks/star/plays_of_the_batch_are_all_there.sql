-- Every play of the batch is in songplays, with its moment and its user.
select
    staged_plays.songplay_id,
    staged_plays.start_time,
    staged_plays.user_id

from staged_plays

left join songplays
    on
        staged_plays.songplay_id = songplays.songplay_id
        and staged_plays.start_time = songplays.start_time
        and staged_plays.user_id = songplays.user_id

where
    staged_plays.loaded_at = :loaded_at
    and songplays.songplay_id is null
