-- One row per weekday and plan with plays.
select
    played.weekday,
    songplays.level,
    count(*) as plays,
    count(distinct songplays.user_id) as users

from {{ source('sparkify', 'songplays') }} as songplays

inner join {{ source('sparkify', 'time') }} as played
    on songplays.start_time = played.start_time

group by
    1,
    2
