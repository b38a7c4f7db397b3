-- One row per song a user started, with the names and the parts of the moment: ready to filter.
-- A play whose song the catalogue knows has the catalogue's names; another has title and artist as
-- they were logged, made readable, and no song_id.
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
    on songplays.artist_id = artists.artist_id
