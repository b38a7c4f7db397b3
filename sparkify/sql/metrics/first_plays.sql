-- One row per user: the first song that they ever started.
select
    plays.start_time,
    plays.user_id,
    plays.level,
    plays.location,
    plays.user_agent,
    plays.artist_id,
    plays.artist_name,
    plays.title

from songplays as plays

where plays.user_id is not null

qualify row_number() over (
    partition by plays.user_id
    order by
        plays.start_time,
        plays.songplay_id
) = 1
