-- One row per staging table and table of the star: its number of rows.
select
    1 as place,
    'staging_events' as table_name,
    count(*) as row_count
from staging_events

union all

select
    2 as place,
    'staging_songs' as table_name,
    count(*) as row_count
from staging_songs

union all

select
    3 as place,
    'songplays' as table_name,
    count(*) as row_count
from songplays

union all

select
    4 as place,
    'users' as table_name,
    count(*) as row_count
from users

union all

select
    5 as place,
    'songs' as table_name,
    count(*) as row_count
from songs

union all

select
    6 as place,
    'artists' as table_name,
    count(*) as row_count
from artists

union all

select
    7 as place,
    'time' as table_name,
    count(*) as row_count
from "time"

order by 1
