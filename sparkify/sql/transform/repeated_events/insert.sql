-- One row per repeated event of the batch: the version that was loaded last, as a whole.
-- Of several in one batch it is the smallest by value.
insert into repeated_events (
    session_id,
    item_in_session,
    user_id,
    occurred_at,
    level,
    page,
    first_name,
    last_name,
    gender,
    location,
    user_agent,
    received_title,
    received_artist_name,
    duration,
    loaded_at
)

select
    version.session_id,
    version.item_in_session,
    version.user_id,
    version.occurred_at,
    version.level,
    version.page,
    version.first_name,
    version.last_name,
    version.gender,
    version.location,
    version.user_agent,
    version.received_title,
    version.received_artist_name,
    version.duration,
    version.loaded_at

from batch_repeated_events

inner join cleaned_events as version
    on
        batch_repeated_events.session_id = version.session_id
        and batch_repeated_events.item_in_session = version.item_in_session
        and batch_repeated_events.user_id = version.user_id

inner join batches
    on version.loaded_at = batches.loaded_at

where
    version.user_id is not null
    and version.session_id between :first_session and :last_session

qualify
    row_number() over (
        partition by version.session_id, version.item_in_session, version.user_id
        order by
            batches.batch_number desc,
            version.occurred_at asc,
            version.level asc,
            version.page asc,
            version.first_name asc,
            version.last_name asc,
            version.gender asc,
            version.location asc,
            version.user_agent asc,
            version.received_title asc,
            version.received_artist_name asc,
            version.duration asc
    ) = 1
