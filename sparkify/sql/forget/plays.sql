-- One row per play of a user to forget.
select
    songplays.user_id,
    songplays.songplay_id

from songplays

inner join forgotten_users
    on songplays.user_id = forgotten_users.user_id
