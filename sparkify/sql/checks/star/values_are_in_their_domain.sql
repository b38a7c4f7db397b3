-- Every level and gender is a known value, every duration and coordinate is possible.
select
    'songplays' as table_name,
    cast(songplay_id as varchar(64)) as row_key,
    level as first_value,
    location as second_value

from songplays

where
    start_time between :first_start_time and :last_start_time
    and level not in ('free', 'paid')

union all

select
    'users' as table_name,
    cast(user_id as varchar(64)) as row_key,
    level as first_value,
    gender as second_value

from users

where
    level not in ('free', 'paid')
    or gender not in ('F', 'M')

union all

select
    'songs' as table_name,
    song_id as row_key,
    cast(year as varchar(64)) as first_value,
    cast(duration as varchar(64)) as second_value

from songs

where
    year not between 1000 and 9999
    or duration < 0

union all

select
    'artists' as table_name,
    artist_id as row_key,
    cast(latitude as varchar(64)) as first_value,
    cast(longitude as varchar(64)) as second_value

from artists

where
    latitude not between -90 and 90
    or longitude not between -180 and 180
