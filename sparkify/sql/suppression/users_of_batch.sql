-- One row per user of a batch in staging.
select distinct userid as user_id

from staging_events

where
    loaded_at = :loaded_at
    and userid is not null
