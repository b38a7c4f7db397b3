-- One row: the first and the last moment at which the batch starts a song, null if it starts none.
select
    min(start_time) as first_moment,
    max(start_time) as last_moment

from staged_plays

where loaded_at = :loaded_at
