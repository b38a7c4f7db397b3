-- One row: the number of users that the batch added, and of those that it changed.
with

different as (

    select
        user_id,
        first_name,
        last_name,
        gender,
        level,
        last_event_at,
        last_event_id,
        first_event_at

    from batch_users

    except

    select
        user_id,
        first_name,
        last_name,
        gender,
        level,
        last_event_at,
        last_event_id,
        first_event_at

    from users_before

)

select
    count(*) - count(users_before.user_id) as added,
    count(users_before.user_id) as changed,
    0 as removed

from different

left join users_before
    on different.user_id = users_before.user_id
