-- One row per event of a user as received, with its texts trimmed and blanks as null.
-- Events without a user are nobody's, and not here.
create view cleaned_events as

select
    sessionid as session_id,
    iteminsession as item_in_session,
    userid as user_id,
    ts as occurred_at,
    nullif(trim(both ' ' from level), '') as level,
    nullif(trim(both ' ' from page), '') as page,
    nullif(trim(both ' ' from firstname), '') as first_name,
    nullif(trim(both ' ' from lastname), '') as last_name,
    nullif(trim(both ' ' from gender), '') as gender,
    nullif(trim(both ' ' from location), '') as location,
    nullif(trim(both ' "' from useragent), '') as user_agent,
    song as received_title,
    artist as received_artist_name,
    length as duration,
    loaded_at

from staging_events

where userid is not null
