-- Every songplay has its user in users.
select
    songplays.songplay_id,
    songplays.user_id

from songplays

where
    songplays.start_time between :first_start_time and :last_start_time
    and not exists (
        select 1
        from users
        where users.user_id = songplays.user_id
    )
