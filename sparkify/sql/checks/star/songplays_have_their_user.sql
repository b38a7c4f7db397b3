-- Every songplay belongs to a known user.
select
    songplays.songplay_id,
    songplays.user_id

from songplays

left join users
    on songplays.user_id = users.user_id

where users.user_id is null
