-- One row per user of the app.
select
    user_id,
    first_name,
    last_name,
    gender,
    level,
    last_event_at,
    last_event_id

from users
