-- One row per batch with records of the users to forget, which are counted before they leave.
update batches
set suppressed = coalesce(batches.suppressed, 0) + forgotten_events.events
from (
    select
        staging_events.loaded_at,
        count(*) as events

    from staging_events

    where
        staging_events.userid in (
            select forgotten_users.user_id
            from forgotten_users
        )

    group by 1
) as forgotten_events
where batches.loaded_at = forgotten_events.loaded_at
