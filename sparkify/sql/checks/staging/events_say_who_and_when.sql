-- Every event of a user has a timestamp, a session and a number within the session.
-- That number is below a million, or two events would share an id.
select
    userid,
    sessionid,
    iteminsession,
    ts,
    page

from staging_events

where
    loaded_at >= :since
    and userid is not null
    and (
        ts is null
        or sessionid is null
        or iteminsession is null
        or sessionid not between 0 and 9000000000000
        or iteminsession not between 0 and 999999
    )
