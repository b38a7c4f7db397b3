-- Every user_id occurs once.
select
    user_id,
    count(*) as occurrences

from users

where
    user_id in (
        select staging_events.userid
        from staging_events
        where staging_events.loaded_at >= :since
    )

group by 1

having count(*) > 1
