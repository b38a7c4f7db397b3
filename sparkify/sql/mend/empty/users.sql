-- No row: users is empty, to be filled anew from staging.
delete from users
