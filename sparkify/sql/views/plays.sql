-- One row per song a user started, with names and the parts of the timestamp: ready to filter.
-- If the song is in the catalogue, the names are the catalogue's; else title and artist name are
-- those of the log, repaired and trimmed, and song_id is null.
create view plays as

select
    -- Id of the play, as in songplays.
    songplays.songplay_id,
    -- When the song was started, in UTC.
    songplays.start_time,
    -- The day, in UTC.
    cast(songplays.start_time as date) as start_date,
    -- Calendar year.
    cast(extract(year from songplays.start_time) as integer) as year,
    -- Month, 1 to 12.
    cast(extract(month from songplays.start_time) as integer) as month,
    -- Week of the year by ISO 8601, 1 to 53.
    cast(extract(week from songplays.start_time) as integer) as week,
    -- Day of the month, 1 to 31.
    cast(extract(day from songplays.start_time) as integer) as day,
    -- Day of the week, 0 for Sunday to 6 for Saturday.
    cast(extract(dow from songplays.start_time) as integer) as weekday,
    -- Hour of the day, 0 to 23.
    cast(extract(hour from songplays.start_time) as integer) as hour,
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
    coalesce(songs.title, songplays.title) as title,
    -- The artist of that song; null where song_id is.
    songplays.artist_id,
    -- The artist's name: the catalogue's, else the log's; null where neither has one.
    coalesce(artists.name, songplays.artist_name) as artist_name,
    -- The song's duration in seconds: the catalogue's, else the log's; null where neither has one.
    coalesce(songs.duration, songplays.duration) as duration,
    -- The session in which it was played.
    songplays.session_id,
    -- Number of the play within its session, from 0.
    songplays.item_in_session,
    -- The user's location, like San Jose-Sunnyvale-Santa Clara, CA; null where the log has none.
    songplays.location,
    -- The browser's user agent; null where the log has none.
    songplays.user_agent

from songplays

inner join users
    on songplays.user_id = users.user_id

left join songs
    on songplays.song_id = songs.song_id

left join artists
    on songplays.artist_id = artists.artist_id
