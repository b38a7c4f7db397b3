-- One row per forgotten user: their hash, and that by which the key is checked.
select
    user_hash,
    key_check

from suppressed_users
