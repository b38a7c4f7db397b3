-- One row per play of the batch that was received more than once, in it or in it and before.
-- Several versions of an event are one play: where they differ the smallest value counts,
-- whichever came first. (Versions that differ in time or user were rejected before.)
create temporary table repeated_plays as

select
    staged_plays.songplay_id,
    min(staged_plays.start_time) as start_time,
    min(staged_plays.user_id) as user_id,
    min(staged_plays.level) as level,
    min(staged_plays.session_id) as session_id,
    min(staged_plays.location) as location,
    min(staged_plays.user_agent) as user_agent,
    min(staged_plays.item_in_session) as item_in_session

from repeated_events

inner join staged_plays
    on
        repeated_events.session_id = staged_plays.session_id
        and repeated_events.item_in_session = staged_plays.item_in_session

where staged_plays.loaded_at = :loaded_at

group by 1
