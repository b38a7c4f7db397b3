-- One row per user of the batch, put in the place of what was known before.
merge into users
using chosen_users
    on users.user_id = chosen_users.user_id
when matched then
    update
        set
            first_name = chosen_users.first_name,
            last_name = chosen_users.last_name,
            gender = chosen_users.gender,
            level = chosen_users.level,
            last_event_at = chosen_users.last_event_at,
            last_event_id = chosen_users.last_event_id
when not matched then insert (
    user_id, first_name, last_name, gender, level, last_event_at, last_event_id
)
values (
    chosen_users.user_id,
    chosen_users.first_name,
    chosen_users.last_name,
    chosen_users.gender,
    chosen_users.level,
    chosen_users.last_event_at,
    chosen_users.last_event_id
)
