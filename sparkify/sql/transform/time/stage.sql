-- One row per timestamp at which a song of the batch was started.
create temporary table batch_timestamps as

select distinct start_time
from staged_plays
where loaded_at = :loaded_at
