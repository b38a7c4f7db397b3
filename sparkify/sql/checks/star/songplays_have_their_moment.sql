-- Every songplay starts at a known moment.
select
    songplays.songplay_id,
    songplays.start_time

from songplays

where
    songplays.start_time between :first_moment and :last_moment
    and not exists (
        select 1
        from "time"
        where
            "time".start_time = songplays.start_time
            and "time".start_time between :first_moment and :last_moment
    )
