-- One row per known user of the batch, as in the table before the batch.
create temporary table users_before as

select
    users.user_id,
    users.first_name,
    users.last_name,
    users.gender,
    users.level,
    users.last_event_at,
    users.last_event_id,
    users.first_event_at

from batch_users

inner join users
    on batch_users.user_id = users.user_id
