-- One row per forgotten user, of whom no load takes a record any more.
-- It outlives create-tables, and says who it is only to whoever has the key.
create table if not exists suppressed_users (
    -- Keyed hash of the user's number: HMAC-SHA256, in hexadecimal digits.
    user_hash varchar(64) not null,
    -- Keyed hash of a constant, by which another key is noticed.
    key_check varchar(64) not null,
    -- When the user was forgotten, in UTC.
    suppressed_at timestamp default sysdate
)
diststyle auto
