-- One row per user of the batch, as staged.
insert into users (
    user_id, first_name, last_name, gender, level, last_event_at, last_event_id, first_event_at
)

select
    batch_users.user_id,
    batch_users.first_name,
    batch_users.last_name,
    batch_users.gender,
    batch_users.level,
    batch_users.last_event_at,
    batch_users.last_event_id,
    batch_users.first_event_at

from batch_users
