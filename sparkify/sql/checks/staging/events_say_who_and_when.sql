-- Every event of a user has its moment, its session and its place in that session.
-- The place is below a million, or two events would share a number.
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
