-- Every songplay of the batch starts at a known moment.
select
    staged_plays.songplay_id,
    staged_plays.start_time

from staged_plays

left join "time"
    on staged_plays.start_time = "time".start_time

where
    staged_plays.loaded_at = :loaded_at
    and "time".start_time is null
