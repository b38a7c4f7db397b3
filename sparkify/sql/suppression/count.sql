-- The number of records in a batch of the users in forgotten_users.
select count(*) as records

from staging_events

where
    loaded_at = :loaded_at
    and userid in (
        select forgotten_users.user_id
        from forgotten_users
    )
