-- The views as versions 3 to 5 made them, in their order. Version 2 had the first five.
create view staged_plays as

select
    sessionid * 1000000 + iteminsession as songplay_id,
    ts as start_time,
    userid as user_id,
    nullif(trim(both ' ' from level), '') as level,
    sessionid as session_id,
    nullif(trim(both ' ' from location), '') as location,
    nullif(trim(both ' "' from useragent), '') as user_agent,
    iteminsession as item_in_session,
    song as delivered_title,
    artist as delivered_artist_name,
    length as duration,
    loaded_at

from staging_events

where
    page = 'NextSong'
    and userid is not null;

create view catalogue as

select
    song_id,
    artist_id,
    nullif(trim(both ' ' from title), '') as title,
    nullif(trim(both ' ' from artist_name), '') as artist_name,
    duration,
    nullif(year, 0) as year,
    nullif(trim(both ' ' from artist_location), '') as artist_location,
    artist_latitude,
    artist_longitude,
    loaded_at

from staging_songs;

create view titled_plays as

select
    staged_plays.songplay_id,
    staged_plays.start_time,
    staged_plays.user_id,
    staged_plays.level,
    staged_plays.session_id,
    staged_plays.location,
    staged_plays.user_agent,
    staged_plays.item_in_session,
    staged_plays.duration,
    staged_plays.loaded_at,
    coalesce(titles.repaired, trim(both ' ' from staged_plays.delivered_title)) as title,
    coalesce(artist_names.repaired, trim(both ' ' from staged_plays.delivered_artist_name))
        as artist_name

from staged_plays

left join text_repairs as titles
    on staged_plays.delivered_title = titles.delivered

left join text_repairs as artist_names
    on staged_plays.delivered_artist_name = artist_names.delivered;

create view known_titles as

select
    record.title,
    record.artist_name,
    record.duration,
    record.song_id,
    record.artist_id

from catalogue as record

where
    record.title is not null
    and record.artist_name is not null
    and record.duration is not null

qualify
    row_number() over (
        partition by
            record.title,
            record.artist_name,
            record.duration
        order by
            record.song_id,
            record.artist_id
    ) = 1;

create view matches as

select
    titled_plays.songplay_id,
    catalogue.song_id,
    catalogue.artist_id,
    titled_plays.loaded_at as play_loaded_at,
    catalogue.loaded_at as song_loaded_at

from titled_plays

inner join catalogue
    on
        titled_plays.title = catalogue.title
        and titled_plays.artist_name = catalogue.artist_name
        and titled_plays.duration = catalogue.duration;

create view user_events as

select
    sessionid * 1000000 + iteminsession as event_id,
    sessionid as session_id,
    iteminsession as item_in_session,
    min(ts) as occurred_at,
    min(userid) as user_id,
    min(nullif(trim(both ' ' from level), '')) as level,
    min(page) as page

from staging_events

where userid is not null

group by 1, 2, 3;

create view plays as

with

logged as (

    select
        songplay_id,
        min(nullif(title, '')) as title,
        min(nullif(artist_name, '')) as artist_name,
        min(duration) as duration

    from titled_plays

    group by 1

)

select
    songplays.songplay_id,
    songplays.start_time,
    cast(songplays.start_time as date) as start_date,
    "time".year,
    "time".month,
    "time".week,
    "time".day,
    "time".weekday,
    "time".hour,
    songplays.user_id,
    users.first_name,
    users.last_name,
    users.gender,
    songplays.level,
    songplays.song_id,
    coalesce(songs.title, logged.title) as title,
    songplays.artist_id,
    coalesce(artists.name, logged.artist_name) as artist_name,
    coalesce(songs.duration, logged.duration) as duration,
    songplays.session_id,
    songplays.item_in_session,
    songplays.location,
    songplays.user_agent

from songplays

inner join "time"
    on songplays.start_time = "time".start_time

inner join users
    on songplays.user_id = users.user_id

inner join logged
    on songplays.songplay_id = logged.songplay_id

left join songs
    on songplays.song_id = songs.song_id

left join artists
    on songplays.artist_id = artists.artist_id;

create view sessions as

select
    session_id,
    user_id,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    count(case when page = 'NextSong' then 1 end) as plays,
    count(case when page != 'NextSong' then 1 end) as pages

from user_events

group by 1, 2;

create view daily_activity as

with

first_days as (

    select
        user_id,
        min(cast(occurred_at as date)) as first_day

    from user_events

    group by 1

)

select
    cast(user_events.occurred_at as date) as activity_date,
    count(case when user_events.page = 'NextSong' then 1 end) as plays,
    count(distinct user_events.user_id) as users,
    count(distinct user_events.session_id) as sessions,
    count(
        distinct case
            when cast(user_events.occurred_at as date) = first_days.first_day
                then user_events.user_id
        end
    ) as new_users,
    count(
        case when user_events.page = 'NextSong' and user_events.level = 'paid' then 1 end
    ) as paid_plays,
    count(
        case when user_events.page = 'NextSong' and user_events.level = 'free' then 1 end
    ) as free_plays,
    count(distinct case when user_events.level = 'paid' then user_events.user_id end)
        as paid_users,
    count(distinct case when user_events.level = 'free' then user_events.user_id end)
        as free_users

from user_events

inner join first_days
    on user_events.user_id = first_days.user_id

group by 1;

create view user_levels as

with

levels as (

    select
        user_id,
        level,
        occurred_at,
        event_id,
        lag(level) over (
            partition by user_id
            order by
                occurred_at,
                event_id
        ) as previous_level

    from user_events

    where level is not null

),

turns as (

    select
        user_id,
        level,
        previous_level,
        occurred_at as valid_from,
        lead(occurred_at) over (
            partition by user_id
            order by
                occurred_at,
                event_id
        ) as valid_to

    from levels

    where
        previous_level is null
        or previous_level != level

)

select
    user_id,
    level,
    previous_level,
    valid_from,
    valid_to,
    valid_to is null as current

from turns;

create view level_steps as

select
    'free to paid' as direction,
    1 as step,
    'is free' as step_name,
    user_id,
    occurred_at as taken_at

from user_events

where level = 'free'

union all

select
    'free to paid' as direction,
    2 as step,
    'opens Upgrade' as step_name,
    user_id,
    occurred_at as taken_at

from user_events

where
    level = 'free'
    and page = 'Upgrade'

union all

select
    'free to paid' as direction,
    3 as step,
    'becomes paid' as step_name,
    user_id,
    valid_from as taken_at

from user_levels

where
    level = 'paid'
    and previous_level = 'free'

union all

select
    'paid to free' as direction,
    1 as step,
    'is paid' as step_name,
    user_id,
    occurred_at as taken_at

from user_events

where level = 'paid'

union all

select
    'paid to free' as direction,
    2 as step,
    'opens Downgrade' as step_name,
    user_id,
    occurred_at as taken_at

from user_events

where
    level = 'paid'
    and page = 'Downgrade'

union all

select
    'paid to free' as direction,
    3 as step,
    'becomes free' as step_name,
    user_id,
    valid_from as taken_at

from user_levels

where
    level = 'free'
    and previous_level = 'paid';

create view level_funnel as

select
    direction,
    step,
    step_name,
    count(distinct user_id) as users

from level_steps

group by 1, 2, 3;

create view top_songs as

with

counted as (

    select
        title,
        artist_name,
        count(*) as plays,
        count(distinct user_id) as listeners

    from plays

    where title is not null

    group by 1, 2

)

select
    row_number() over (
        order by
            plays desc,
            title asc,
            artist_name asc
    ) as rank,
    title,
    artist_name,
    plays,
    listeners

from counted;

create view top_artists as

with

counted as (

    select
        artist_name,
        count(*) as plays,
        count(distinct user_id) as listeners,
        count(distinct title) as songs

    from plays

    where artist_name is not null

    group by 1

)

select
    row_number() over (
        order by
            plays desc,
            artist_name asc
    ) as rank,
    artist_name,
    plays,
    listeners,
    songs

from counted;

create view retention as

with

active_weeks as (

    select distinct
        user_id,
        cast(date_trunc('week', start_time) as date) as active_week

    from songplays

),

cohorts as (

    select
        user_id,
        min(active_week) as cohort_week

    from active_weeks

    group by 1

),

cohort_sizes as (

    select
        cohort_week,
        count(*) as cohort_users

    from cohorts

    group by 1

),

weeks as (

    select distinct active_week
    from active_weeks

),

activity as (

    select
        cohorts.cohort_week,
        active_weeks.active_week,
        count(*) as active_users

    from cohorts

    inner join active_weeks
        on cohorts.user_id = active_weeks.user_id

    group by 1, 2

)

select
    cohort_sizes.cohort_week,
    cast(datediff(day, cohort_sizes.cohort_week, weeks.active_week) / 7 as integer)
        as weeks_since,
    cohort_sizes.cohort_users,
    coalesce(activity.active_users, 0) as active_users

from cohort_sizes

inner join weeks
    on cohort_sizes.cohort_week <= weeks.active_week

left join activity
    on
        cohort_sizes.cohort_week = activity.cohort_week
        and weeks.active_week = activity.active_week;
