-- One row per event of a user, however often it was delivered.
-- What somebody did logged out belongs to nobody and is not here. Where the versions of an event
-- differ the smallest value counts; in moment and user they cannot.
create view user_events as

select
    sessionid * 1000000 + iteminsession as event_id,
    sessionid as session_id,
    iteminsession as item_in_session,
    min(ts) as occurred_at,
    min(userid) as user_id,
    min(nullif(trim(both ' ' from level), '')) as level,
    min(page) as page

from staging_events

where userid is not null

group by 1, 2, 3
