-- One row per forgotten user of this hash, whose records are loaded again.
delete from suppressed_users
where user_hash = :user_hash
