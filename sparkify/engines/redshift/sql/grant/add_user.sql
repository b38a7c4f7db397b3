-- No row: the user has the role analysts.
grant role analysts to :user_name
