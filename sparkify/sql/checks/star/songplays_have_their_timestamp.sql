-- Every songplay has its timestamp in time.
select
    songplays.songplay_id,
    songplays.start_time

from songplays

where
    songplays.start_time between :first_start_time and :last_start_time
    and not exists (
        select 1
        from "time"
        where
            "time".start_time = songplays.start_time
            and "time".start_time between :first_start_time and :last_start_time
    )
