-- One row per repeated play of the batch: inserted, or updated with the smaller values.
merge into songplays
using repeated_plays
    on songplays.songplay_id = repeated_plays.songplay_id
when matched then
    update
        set
            level = least(songplays.level, repeated_plays.level),
            location = least(songplays.location, repeated_plays.location),
            user_agent = least(songplays.user_agent, repeated_plays.user_agent)
when not matched then insert (
    songplay_id,
    start_time,
    user_id,
    level,
    session_id,
    location,
    user_agent,
    item_in_session
)
values (
    repeated_plays.songplay_id,
    repeated_plays.start_time,
    repeated_plays.user_id,
    repeated_plays.level,
    repeated_plays.session_id,
    repeated_plays.location,
    repeated_plays.user_agent,
    repeated_plays.item_in_session
)
