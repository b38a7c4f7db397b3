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

    from cleaned_plays

    group by 1

)

select
    -- Id of the play, as in songplays.
    songplays.songplay_id,
    -- Moment at which the song was started, in UTC.
    songplays.start_time,
    -- The day of that moment, in UTC.
    cast(songplays.start_time as date) as start_date,
    -- Its calendar year.
    "time".year,
    -- Its month, 1 to 12.
    "time".month,
    -- Its week of the year by ISO 8601, 1 to 53.
    "time".week,
    -- Its day of the month, 1 to 31.
    "time".day,
    -- Its day of the week, 0 for Sunday to 6 for Saturday.
    "time".weekday,
    -- Its hour of the day, 0 to 23.
    "time".hour,
    -- Who played it.
    songplays.user_id,
    -- The user's first name, the latest that is known; null where the log has none.
    users.first_name,
    -- The user's last name, the latest that is known; null where the log has none.
    users.last_name,
    -- The user's gender, F or M; null where the log has none.
    users.gender,
    -- The user's subscription at that moment, free or paid; null where the log has none.
    songplays.level,
    -- The song in the catalogue; null for most plays, whose song it does not know.
    songplays.song_id,
    -- The song's title: the catalogue's, else as it was logged; null where the log has none.
    coalesce(songs.title, logged.title) as title,
    -- The song's artist in the catalogue; null where song_id is.
    songplays.artist_id,
    -- The artist's name: the catalogue's, else as it was logged; null where the log has none.
    coalesce(artists.name, logged.artist_name) as artist_name,
    -- How long the song is, in seconds: by the catalogue, else by the log; null where it has none.
    coalesce(songs.duration, logged.duration) as duration,
    -- The session in which it was played.
    songplays.session_id,
    -- Place of the play in its session, counted from 0.
    songplays.item_in_session,
    -- Where the user was, like San Jose-Sunnyvale-Santa Clara, CA; null where the log has none.
    songplays.location,
    -- The browser's description of itself; null where the log has none.
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
