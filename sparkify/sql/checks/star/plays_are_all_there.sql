-- Every play in staging is in songplays, with its timestamp and its user.
select
    staged_plays.songplay_id,
    staged_plays.start_time,
    staged_plays.user_id

from staged_plays

where
    staged_plays.loaded_at >= :since
    and not exists (
        select 1
        from songplays
        where
            songplays.songplay_id = staged_plays.songplay_id
            and songplays.start_time = staged_plays.start_time
            and songplays.user_id = staged_plays.user_id
            and songplays.start_time between :first_start_time and :last_start_time
    )
