-- One row per different value of events of a user in the batch that lack what identifies them.
-- column_name is the first column at fault. Numbers that no songplay_id can be made of are as none.
select distinct
    sessionid,
    iteminsession,
    ts,
    userid,
    case
        when coalesce(sessionid, -1) not between 0 and 9000000000000 then 'sessionid'
        when coalesce(iteminsession, -1) not between 0 and 999999 then 'iteminsession'
        else 'ts'
    end as column_name

from staging_events

where
    loaded_at = :loaded_at
    and userid is not null
    and (
        ts is null
        or coalesce(sessionid, -1) not between 0 and 9000000000000
        or coalesce(iteminsession, -1) not between 0 and 999999
    )

order by 1, 2, 3, 4

limit 100000
