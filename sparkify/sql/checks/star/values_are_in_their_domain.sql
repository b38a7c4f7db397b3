-- Every level, gender, year, duration and coordinate is one that was expected.
-- Others are loaded as received; what a value means is for those to say who write it.
-- severity: warn
-- each: {table_name}.{column_name} is {found_value} in {found_rows:row}, such as {row_key}
-- try: correct what is wrong at its source; else the values may stay
with

unusual as (

    select
        'songplays' as table_name,
        'level' as column_name,
        level as found_value,
        cast(songplay_id as varchar(64)) as row_key

    from songplays

    where
        start_time between :first_start_time and :last_start_time
        and level not in ('free', 'paid')

    union all

    select
        'users' as table_name,
        'level' as column_name,
        level as found_value,
        cast(user_id as varchar(64)) as row_key

    from users

    where level not in ('free', 'paid')

    union all

    select
        'users' as table_name,
        'gender' as column_name,
        gender as found_value,
        cast(user_id as varchar(64)) as row_key

    from users

    where gender not in ('F', 'M')

    union all

    select
        'songs' as table_name,
        'year' as column_name,
        cast(year as varchar(64)) as found_value,
        song_id as row_key

    from songs

    where year not between 1000 and 9999

    union all

    select
        'songs' as table_name,
        'duration' as column_name,
        cast(duration as varchar(64)) as found_value,
        song_id as row_key

    from songs

    where duration < 0

    union all

    select
        'artists' as table_name,
        'latitude' as column_name,
        cast(latitude as varchar(64)) as found_value,
        artist_id as row_key

    from artists

    where latitude not between -90 and 90

    union all

    select
        'artists' as table_name,
        'longitude' as column_name,
        cast(longitude as varchar(64)) as found_value,
        artist_id as row_key

    from artists

    where longitude not between -180 and 180

)

select
    table_name,
    column_name,
    found_value,
    count(*) as found_rows,
    min(row_key) as row_key

from unusual

group by 1, 2, 3

order by 1, 2, 3
