-- The batch's users are merged.
drop table chosen_users
