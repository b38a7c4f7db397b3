-- One row per song a user started, with names and the parts of the timestamp: ready to filter.
-- If the song is in the catalogue, the names are the catalogue's; else title and artist name are
-- those of the log, repaired and trimmed, and song_id is null.
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
    -- When the song was started, in UTC.
    songplays.start_time,
    -- The day, in UTC.
    cast(songplays.start_time as date) as start_date,
    -- Calendar year.
    "time".year,
    -- Month, 1 to 12.
    "time".month,
    -- Week of the year by ISO 8601, 1 to 53.
    "time".week,
    -- Day of the month, 1 to 31.
    "time".day,
    -- Day of the week, 0 for Sunday to 6 for Saturday.
    "time".weekday,
    -- Hour of the day, 0 to 23.
    "time".hour,
    -- The user who played it.
    songplays.user_id,
    -- The user's first name in their latest event; null where the log has none.
    users.first_name,
    -- The user's last name in their latest event; null where the log has none.
    users.last_name,
    -- The user's gender, F or M; null where the log has none.
    users.gender,
    -- The user's plan at that time, free or paid; null where the log has none.
    songplays.level,
    -- The song in the catalogue; null for most plays, whose song is not in it.
    songplays.song_id,
    -- The song's title: the catalogue's, else the log's; null where neither has one.
    coalesce(songs.title, logged.title) as title,
    -- The artist of that song; null where song_id is.
    songplays.artist_id,
    -- The artist's name: the catalogue's, else the log's; null where neither has one.
    coalesce(artists.name, logged.artist_name) as artist_name,
    -- The song's duration in seconds: the catalogue's, else the log's; null where neither has one.
    coalesce(songs.duration, logged.duration) as duration,
    -- The session in which it was played.
    songplays.session_id,
    -- Number of the play within its session, from 0.
    songplays.item_in_session,
    -- The user's location, like San Jose-Sunnyvale-Santa Clara, CA; null where the log has none.
    songplays.location,
    -- The browser's user agent; null where the log has none.
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
