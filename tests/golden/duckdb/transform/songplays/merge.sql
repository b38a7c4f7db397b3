MERGE INTO songplays
USING repeated_plays
ON songplays.songplay_id = repeated_plays.songplay_id
WHEN MATCHED THEN UPDATE
SET level = LEAST(songplays.level, repeated_plays.level),
location = LEAST(songplays.location, repeated_plays.location),
user_agent = LEAST(songplays.user_agent, repeated_plays.user_agent)
WHEN NOT MATCHED THEN INSERT (songplay_id, start_time, user_id, level, session_id, location, user_agent, item_in_session)
VALUES (repeated_plays.songplay_id, repeated_plays.start_time, repeated_plays.user_id, repeated_plays.level, repeated_plays.session_id, repeated_plays.location, repeated_plays.user_agent, repeated_plays.item_in_session)
