-- One row per event of a user that is in the batch more than once, or in it and in another batch.
-- Only events between the batch's first and last session are compared.
create temporary table batch_repeated_events as

select
    session_id,
    item_in_session,
    user_id

from cleaned_events

where loaded_at = :loaded_at

group by 1, 2, 3

having count(*) > 1

union

select
    others.session_id,
    others.item_in_session,
    others.user_id

from cleaned_events as received

inner join cleaned_events as others
    on
        received.session_id = others.session_id
        and received.item_in_session = others.item_in_session
        and received.user_id = others.user_id

where
    received.loaded_at = :loaded_at
    and others.loaded_at != :loaded_at
    and others.session_id between :first_session and :last_session
