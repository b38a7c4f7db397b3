-- No row: the user is in the group analysts.
alter group analysts add user :user_name
