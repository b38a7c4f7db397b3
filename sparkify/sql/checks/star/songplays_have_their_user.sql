-- Every songplay belongs to a known user.
select
    songplays.songplay_id,
    songplays.user_id

from songplays

where
    songplays.start_time between :first_moment and :last_moment
    and not exists (
        select 1
        from users
        where users.user_id = songplays.user_id
    )
