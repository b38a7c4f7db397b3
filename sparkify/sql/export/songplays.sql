-- One row per song a user started, with the year and month that its file is named for.
select
    songplay_id,
    start_time,
    user_id,
    level,
    song_id,
    artist_id,
    session_id,
    location,
    user_agent,
    item_in_session,
    extract(year from start_time) as year,
    extract(month from start_time) as month

from songplays
