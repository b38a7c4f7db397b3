-- One row per user to forget.
create temporary table forgotten_users (user_id integer not null)
